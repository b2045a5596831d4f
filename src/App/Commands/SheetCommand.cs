using System.CommandLine;
using System.Text;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Sheet;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle sheet</c>: a grid of settings side by side, small, with scores.</summary>
internal sealed class SheetCommand
{
    private const string DefaultSize = "192";

    /// <summary>Options of stylize that a cell has no use for.</summary>
    private static readonly string[] Left = [.. StylizeCommand.OfOneRun, "--jpeg-quality", QuietOption.Name];

    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "The sheet (.png); beside it, the same name with .html is a page with scores and commands.",
        HelpName = "FILE.png",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<bool> _quiet = QuietOption.Create();

    public static Command Create()
    {
        var sheet = new SheetCommand();
        var command = new Command(
            "sheet",
            "Compare settings: a small picture for each combination. Options are those of stylize; one with several "
                + "values (0.5,1,2; several files of --style) is varied.");
        command.Add(sheet._output);
        foreach (Option option in new StylizeCommand().ToCommand().Options.Where(option => !Left.Contains(option.Name)))
        {
            Option<string[]> varied = new Option<string[]>(option.Name)
            {
                Description = option.Name == "--size"
                    ? $"Size of the cells' pictures, as stylize takes it. Default: {DefaultSize}."
                    : option.Description,
                HelpName = option.HelpName,
                Required = option.Required,
                AllowMultipleArgumentsPerToken = true,
                Arity = option.ValueType == typeof(bool) ? ArgumentArity.Zero : ArgumentArity.OneOrMore,
            }.About(option.Subject(), option.IsNeededFirst());
            option.CompletionSources.ForEach(varied.CompletionSources.Add);
            command.Add(varied);
        }
        command.Add(sheet._quiet);
        command.SetAction(parsed => (int)sheet.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(_output);
        string page = Path.ChangeExtension(output, ".html");
        TextWriter error = parsed.InvocationConfiguration.Error;
        Action<string> tell = parsed.GetValue(_quiet) ? _ => { } : error.WriteLine;
        string[][] options = RecordedCommand.Of(parsed, [], _output.Name, _quiet.Name);
        var grid = new SheetGrid(options);
        string size = ValueOf("--size") ?? DefaultSize;
        SheetMaker.Check(grid.Cells);
        if (!PictureFile.IsPng(output))
            throw new UsageException($"--output '{output}' must end in .png: a sheet has letters.");
        DistinctFiles.Require(
            options.Where(option => option[0] is "--content" or "--style")
                .SelectMany(option => option.Skip(1).Select(path => new NamedFile(option[0], path))),
            [new NamedFile(_output.Name, output), new NamedFile("the page", page)]);
        AtomicFile.CheckWritable(output);
        AtomicFile.CheckWritable(page);
        using var maker = new SheetMaker(ValueOf("--device") ?? "auto", error, tell);
        var cells = new List<SheetCell>();
        foreach (SheetCell cell in maker.Make(grid.Cells, size))
        {
            cells.Add(cell);
            tell($"{cells.Count} of {grid.Cells.Count}: {cell.Settings.Name}: "
                + (cell.Failure ?? $"style {cell.Style:F2}, content {cell.Content:F2}, {cell.Seconds:F1} s"));
        }
        SheetCell[] arranged = [.. grid.Cells.Join(
            cells, settings => settings, cell => cell.Settings, (_, cell) => cell)];
        if (SheetCell.BestOf(arranged) is not { } best)
        {
            error.WriteLine($"ilgpustyle: no cell has a picture{Because(cells)}");
            return cells.Count < grid.Cells.Count ? ExitCode.Interrupted : ExitCode.LossGrew;
        }
        PictureFile.Save(SheetPicture.Of(arranged, grid.Columns), output);
        using (AtomicFile file = AtomicFile.Create(page))
        {
            int width = PictureFile.Decode("cell.png", best.Png!).Size.Width;
            file.Write(stream => stream.Write(Encoding.UTF8.GetBytes(
                SheetPage.Of(arranged, grid.Columns, width, size))));
            file.Commit();
        }
        tell($"best: {best.Settings.Name}\n{best.Settings.CommandLine(size)}");
        parsed.InvocationConfiguration.Output.WriteLine(output);
        parsed.InvocationConfiguration.Output.WriteLine(page);
        return cells.Count < grid.Cells.Count ? ExitCode.Interrupted : ExitCode.Done;

        static string Because(List<SheetCell> cells) => cells is [{ Failure: { } reason }, ..] ? $": {reason}" : ".";

        string? ValueOf(string name) => options.FirstOrDefault(option => option[0] == name)?[1];
    }
}
