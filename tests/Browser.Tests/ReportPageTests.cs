using Microsoft.Playwright;

namespace IlgpuStyle.Browser.Tests;

/// <summary>The report of a run in a real browser without a network.</summary>
public sealed class ReportPageTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ChromiumFact]
    public async Task It_shows_everything_without_a_network()
    {
        string report = Path.Combine(_folder, "report.html");
        using var run = new ProgramRun(_folder, "--iterations", "55", "--report", report);
        Assert.True(await run.ExitCode() == 0, run.Told);
        string alone = Path.Combine(_folder, "elsewhere", "report.html");
        Directory.CreateDirectory(Path.GetDirectoryName(alone)!);
        File.Move(report, alone);

        var faults = new List<string>();
        IPage page = await chromium.Open("about:blank", Chromium.Sizes[1], ColorScheme.Light, []);
        await page.Context.SetOfflineAsync(true);
        page.Console += (_, message) => faults.Add(message.Text);
        page.PageError += (_, message) => faults.Add(message);
        page.RequestFailed += (_, request) => faults.Add(request.Url[..Math.Min(80, request.Url.Length)]);
        await page.GotoAsync(new Uri(alone).AbsoluteUri);

        // Result, photograph twice, style, frames after 1, 2, 5, 10, 20 and 50 steps.
        int[] widths = await page.EvaluateAsync<int[]>("[...document.images].map(image => image.naturalWidth)");
        Assert.Equal(10, widths.Length);
        Assert.DoesNotContain(0, widths);
        Assert.Equal(
            ["1 step", "2 steps", "5 steps", "10 steps", "20 steps", "50 steps"],
            await page.Locator(".frames figcaption").AllTextContentsAsync());
        Assert.True(await page.EvaluateAsync<int>("document.querySelector('.curve-total').points.length") >= 55);
        Assert.Equal("50%", await page.EvaluateAsync<string>(
            "document.querySelector('.compare').style.getPropertyValue('--cut')"));
        await page.FocusAsync("input[type=range]");
        await page.Keyboard.PressAsync("Home");
        Assert.Equal("0%", await page.EvaluateAsync<string>(
            "document.querySelector('.compare').style.getPropertyValue('--cut')"));
        Assert.True(await page.Locator(".values dt").CountAsync() > 15);
        Assert.Contains("--iterations 55", await page.TextContentAsync("pre"), StringComparison.Ordinal);
        Assert.Empty(await Chromium.FaultsOfLooks(page, "report"));
        Assert.Empty(faults);
    }
}
