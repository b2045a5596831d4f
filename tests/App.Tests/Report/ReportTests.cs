using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Report;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Report;

/// <summary>The file of <c>--report</c>; how it looks is Browser.Tests' to say.</summary>
[Collection(CommandFiles.Collection)]
public sealed partial class ReportTests(CommandFiles files) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-report-").FullName;

    [Fact]
    public void Frames_are_at_1_2_5_and_so_on() => Assert.Equal(
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], Enumerable.Range(0, 1500).Where(RunReport.IsFrame));

    [Fact]
    public void It_holds_everything_and_needs_nothing()
    {
        string output = PathOf("<b>out & more.png");
        CommandLineAssert.Succeeds([
            "stylize", .. files.Pictures, "--iterations", "6", "--output", output, "--report", PathOf("r.html"),
        ]);
        string page = File.ReadAllText(PathOf("r.html"));
        // Result, photograph twice, style, frames after 1, 2 and 5 steps; all in the file.
        string[] sources = [.. Source().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(7, sources.Length);
        Assert.All(sources, source => Assert.True(
            PictureFile.Decode("source", Convert.FromBase64String(source.Split(',')[1])).Size.ShortSide > 0));
        Assert.DoesNotMatch(@"(src|href)=""(?!data:)", page);
        Assert.Equal(3, Regex.Count(page, @"<figcaption>\d+ steps?</figcaption>"));
        Assert.Contains("curve-style", page, StringComparison.Ordinal);
        Assert.Contains("style.layers", page, StringComparison.Ordinal);
        foreach (string file in (string[])[files.Content, files.Style, files.Weights])
            Assert.Contains(App.Checkpoints.InputHash.Of(new("x", file)).Sha256, page, StringComparison.Ordinal);
        Assert.Contains("ilgpustyle stylize --content", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;out &amp; more.png", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("--report", page, StringComparison.Ordinal);
    }

    [Fact]
    public void That_of_a_resumed_run_says_what_its_frames_cover_and_shows_the_whole_curve()
    {
        CommandLineAssert.Succeeds([
            "stylize", .. files.Pictures, "--preset", "average", "--iterations", "3", "--output", PathOf("a.png"),
            "--keep-checkpoint",
        ]);
        CommandLineAssert.Succeeds(
            "resume", PathOf("a.png.ilgpustyle"), "--iterations", "6", "--report", PathOf("r.html"));
        string page = File.ReadAllText(PathOf("r.html"));
        Assert.Contains("Those of the first 3 iterations are not here", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, @"<figcaption>\d+ steps?</figcaption>"));
        Assert.Contains("6 iterations in ", page, StringComparison.Ordinal);

        // Its command makes the same picture from the start.
        string[] command = Regex.Match(page, "<code>ilgpustyle (stylize .*?)</code>").Groups[1].Value.Split(' ');
        CommandLineAssert.Succeeds(command);
        Assert.Equal(PictureFile.Load(PathOf("a.png"), 1).Rgb, PictureFile.Load(PathOf("a.again.png"), 1).Rgb);
    }

    [Fact]
    public void A_report_over_a_file_of_the_run_or_into_no_folder_is_refused()
    {
        Assert.Contains("--report", CommandLineAssert.Refuses(
            ExitCode.Usage,
            ["stylize", .. files.Pictures, "--output", PathOf("a.png"), "--report", PathOf("a.png")]));
        Assert.Contains("missing", CommandLineAssert.Refuses(
            ExitCode.Usage,
            ["stylize", .. files.Pictures, "--output", PathOf("a.png"), "--report", PathOf("missing/r.html")]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    [GeneratedRegex("<img [^>]*src=\"(data:image/[^\"]*)\"")]
    private static partial Regex Source();
}
