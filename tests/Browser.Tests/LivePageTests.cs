using System.Globalization;
using Microsoft.Playwright;

namespace IlgpuStyle.Browser.Tests;

/// <summary>The page of a run that goes on, in a real browser.</summary>
public sealed class LivePageTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ChromiumFact]
    public async Task A_run_is_watched_from_two_pages_and_stopped_from_one()
    {
        using var run = new ProgramRun(_folder, "--iterations", "1000000", "--live");
        var faults = new List<string>();
        string address = await run.Address;
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        IPage first = await chromium.Open(address, Chromium.Sizes[1], ColorScheme.Light, faults);

        // The picture changes, again and again, and so does the curve.
        var pictures = new HashSet<string>();
        var curves = new HashSet<string>();
        while (pictures.Count < 4 || curves.Count < 3)
        {
            await first.WaitForFunctionAsync(
                "before => document.getElementById('result').src !== before && document.querySelector('.curve-total')",
                pictures.LastOrDefault() ?? "");
            pictures.Add(await first.EvaluateAsync<string>("document.getElementById('result').src"));
            curves.Add(await first.EvaluateAsync<string>("document.querySelector('.curve-total').outerHTML"));
        }
        Assert.Equal("Running", await first.TextContentAsync("#phase"));

        // A reload in the middle: what was is there at once, from the first iteration on.
        int before = await Iteration(first);
        await first.ReloadAsync();
        await first.WaitForSelectorAsync(".curve-total");
        Assert.True(await Iteration(first) >= before);
        Assert.True(await first.EvaluateAsync<int>("document.querySelector('.curve-total').points.length") >= 20);

        // A second page, and its slider by the keyboard.
        IPage second = await chromium.Open(address, Chromium.Sizes[0], ColorScheme.Dark, faults);
        await second.WaitForFunctionAsync("() => document.getElementById('result').src.startsWith('blob:')");
        Assert.Equal("0%", await Cut(second));
        await second.FocusAsync("input[type=range]");
        await second.Keyboard.PressAsync("End");
        Assert.Equal("100%", await Cut(second));
        Assert.Equal("100 % photograph", await second.GetAttributeAsync("input[type=range]", "aria-valuetext"));
        await second.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("99%", await Cut(second));

        // Saved now, by the keyboard too.
        await second.FocusAsync("#save");
        await second.Keyboard.PressAsync("Enter");
        await second.WaitForFunctionAsync("() => document.getElementById('message').textContent.startsWith('Saved as')");
        Assert.Single(Directory.GetFiles(_folder, "out-*.png"));
        Assert.Empty(await Chromium.FaultsOfLooks(first, "live"));

        await first.ClickAsync("#stop");
        Assert.True(await run.ExitCode() == 130, run.Told);
        Assert.True(File.Exists(run.Output));
        foreach (IPage page in (IPage[])[first, second])
        {
            await page.WaitForFunctionAsync("() => document.getElementById('phase').textContent === 'Stopped'");
            Assert.Equal($"Saved as {run.Output}.", await page.TextContentAsync("#message"));
            Assert.StartsWith("data:image/", await page.GetAttributeAsync("#result", "src"), StringComparison.Ordinal);
            Assert.True(await page.EvaluateAsync<bool>(
                "document.getElementById('result').decode().then(() => true)"));
            Assert.True(await page.IsDisabledAsync("#stop"));
        }
        Assert.Empty(await Chromium.FaultsOfLooks(second, "live-end"));
        // Nothing is asked of the server that is gone.
        Assert.Empty(faults);
    }

    [ChromiumFact]
    public async Task A_run_that_ends_by_itself_leaves_its_picture_on_the_page()
    {
        using var run = new ProgramRun(_folder, "--iterations", "60", "--live", "0");
        var faults = new List<string>();
        IPage page = await chromium.Open(await run.Address, Chromium.Sizes[1], ColorScheme.Light, faults);
        await page.WaitForFunctionAsync("() => document.getElementById('phase').textContent === 'Finished'");
        Assert.True(await run.ExitCode() == 0, run.Told);
        Assert.Equal("60 of 60", await page.TextContentAsync("#iteration"));
        Assert.Equal($"Saved as {run.Output}.", await page.TextContentAsync("#message"));
        Assert.Equal(96, await page.EvaluateAsync<int>("document.getElementById('result').naturalWidth"));
        Assert.Empty(faults);
    }

    private static Task<string> Cut(IPage page) => page.EvaluateAsync<string>(
        "document.querySelector('.compare').style.getPropertyValue('--cut')");

    private static async Task<int> Iteration(IPage page)
    {
        await page.WaitForFunctionAsync("() => /^\\d/.test(document.getElementById('iteration').textContent)");
        return int.Parse(
            (await page.TextContentAsync("#iteration"))!.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
