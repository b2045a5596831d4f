using System.Net;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Sheet;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.StyleTransfer.Scores;

namespace IlgpuStyle.App.Tests.Sheet;

[Collection(CommandFiles.Collection)]
public sealed partial class SheetTests(CommandFiles files) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-sheet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Steps that come from one run, and those of presets of which they cannot.</summary>
    [Theory]
    [InlineData("balanced", "--style-scale", "1,0.95")]
    [InlineData("average", "--learning-rate", "0.1,0.3")]
    [InlineData("multiscale", "--coarsest", "32,0")]
    public void Every_cells_command_gives_its_picture(string preset, string option, string values)
    {
        string output = Path.Combine(_folder, "sheet.png");
        string page = Path.Combine(_folder, "sheet.html");
        string printed = CommandLineAssert.Succeeds(
        [
            "sheet", "--output", output, .. files.Pictures, "--preset", preset, option, values, "--iterations", "2,4",
        ]);
        Assert.Equal($"{output}{Environment.NewLine}{page}{Environment.NewLine}", printed);
        PictureSize sheet = PictureFile.Load(output, 1).Size;
        Assert.InRange(sheet.Width, 2 * CommandFiles.ContentSize.Width, 3 * CommandFiles.ContentSize.Width);

        string html = File.ReadAllText(page);
        byte[][] pictures = [.. Base64().Matches(html).Select(match => Convert.FromBase64String(match.Groups[1].Value))];
        string[] commands = [.. Command().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
        Assert.Equal((4, 4), (pictures.Length, commands.Length));
        Assert.Single(Regex.Matches(html, "class=\"best "));
        for (int i = 0; i < pictures.Length; i++)
        {
            string single = Path.Combine(_folder, $"{i}.png");
            CommandLineAssert.Succeeds([.. commands[i].Split(' ').Skip(1).SkipLast(1), single]);
            // Their files say in different words how they were made.
            Assert.Equal(PictureFile.Load(single, 1).Rgb, PictureFile.Decode("cell.png", pictures[i]).Rgb);
        }
        // A step may have gone back to the best picture.
        Assert.InRange(
            pictures.Select(picture => string.Join(' ', PictureFile.Decode("cell.png", picture).Rgb)).Distinct().Count(),
            3, 4);
    }

    [Fact]
    public void The_last_axis_goes_from_left_to_right()
    {
        var grid = new SheetGrid(
            [["--content", "a,b.png"], ["--style", "c,d.png", "e.png"], ["--seed", "1, 2,3"], ["--set", "x=1", "y=2"]]);
        Assert.Equal(3, grid.Columns);
        Assert.Equal(
            ["style c,d.png, seed 1", "style c,d.png, seed 2", "style c,d.png, seed 3", "style e.png, seed 1",
                "style e.png, seed 2", "style e.png, seed 3"],
            grid.Cells.Select(cell => cell.Name));
        Assert.Equal(
            "ilgpustyle stylize --content a,b.png --set 'x=1' 'y=2' --style e.png --seed 3 --size 64 --output result.png",
            grid.Cells[^1].CommandLine("64"));
    }

    [Fact]
    public void The_best_cell_has_the_highest_harmonic_mean_and_the_Pareto_set_no_better_cell()
    {
        SheetCell[] cells = [Cell(0.9, 0.1), Cell(0.5, 0.5), Cell(0.4, 0.5), Cell(0.2, 0.9), Failed()];
        Assert.Equal([0.18, 0.5, 0.444, 0.327, 0], cells.Select(cell => Math.Round(cell.Mean, 3)));
        Assert.Same(cells[1], SheetCell.BestOf(cells));
        Assert.Equal([true, true, false, true, false], cells.Select(cell => cell.IsUnbeatenAmong(cells)));
    }

    [Fact]
    public void A_wrong_value_is_refused_before_the_first_cell()
    {
        string output = Path.Combine(_folder, "sheet.png");
        CommandLineAssert.Refuses(
            ExitCode.Usage, "--style-scale must be a number above 0 and at most 16, not '0'.",
            ["sheet", "--output", output, .. files.Pictures, "--style-scale", "1,0"]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, "Unknown preset 'monet'",
            ["sheet", "--output", output, .. files.Pictures, "--preset", "keras,monet"]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"--output '{output}.jpg' must end in .png",
            ["sheet", "--output", $"{output}.jpg", .. files.Pictures]);
    }

    private static SheetCell Cell(double style, double content)
    {
        var none = new Score(0, 0, 1);
        return new SheetCell(
            new CellSettings([], []), [],
            new PictureScores(
                none, new Score(content, 1, 0), none, new Score(1 - style, 1, 0), none, none),
            0, null);
    }

    private static SheetCell Failed() => new(new CellSettings([], []), null, null, 0, "failed");

    [GeneratedRegex("base64,([^\"]+)\"")]
    private static partial Regex Base64();

    [GeneratedRegex("This very picture:<code>([^<]+)</code>")]
    private static partial Regex Command();
}
