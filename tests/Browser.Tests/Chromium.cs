using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace IlgpuStyle.Browser.Tests;

/// <summary>One Chromium for a test class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Window sizes that pages are made for: a telephone's and a large screen's.</summary>
    public static (int Width, int Height)[] Sizes => [(360, 780), (1920, 1080)];

    /// <summary>Starts it, where there is one.</summary>
    public async Task InitializeAsync()
    {
        if (!File.Exists(ChromiumFactAttribute.Path))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumFactAttribute.Path,
            // Its sandbox does not start for root, which builds run as, nor does a container's /dev/shm suffice.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>Opens a page in a window of its own.</summary>
    /// <param name="address">Of the page.</param>
    /// <param name="size">Of the window.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="faults">Is filled with what goes wrong in it.</param>
    public async Task<IPage> Open(
        string address, (int Width, int Height) size, ColorScheme scheme, ICollection<string> faults)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = size.Width, Height = size.Height },
            ColorScheme = scheme,
        });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(120_000);
        page.PageError += (_, message) => faults.Add(message);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                faults.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(new Uri(address).GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                faults.Add($"asks for {request.Url}");
            }
        };
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>What is wrong with how a page looks and reads at both sizes, light and dark.</summary>
    /// <param name="page">Any.</param>
    /// <param name="name">Of the screenshots.</param>
    public static async Task<List<string>> FaultsOfLooks(IPage page, string name)
    {
        var faults = new List<string>();
        string folder = Directory.CreateDirectory(
            Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        foreach ((int width, int height) in Sizes)
        {
            foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await page.SetViewportSizeAsync(width, height);
                await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
                await page.ScreenshotAsync(new PageScreenshotOptions
                {
                    Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"),
                    FullPage = true,
                });
                int tooWide = await page.EvaluateAsync<int>(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (tooWide > 0)
                    faults.Add($"{width} {scheme}: {tooWide} pixels too wide");
                AxeResult result = await page.RunAxe();
                faults.AddRange(result.Violations.Select(violation =>
                    $"{width} {scheme}: {violation.Impact} {violation.Id}: "
                    + string.Join(" | ", violation.Nodes.Select(node => node.Html))));
            }
        }
        return faults;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
