using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Options;
using IlgpuStyle.Vgg.Weights;
using Microsoft.VisualBasic.FileIO;

namespace IlgpuStyle.App.Bulk;

/// <summary>
/// The file of <c>batch</c>: CSV as RFC 4180 has it, a row a picture, columns named as options of <c>stylize</c>
/// without their dashes. A name may come again where an option takes several values; an empty cell is no value.
/// </summary>
internal sealed class JobTable
{
    /// <summary>What holds for the process and not for a picture.</summary>
    private static readonly string[] OfTheBatch = ["--device", LiveOption.Name, QuietOption.Name];

    private readonly StylizeCommand _stylize = new();
    private readonly Command _command;
    private readonly string _path;
    private readonly string[][] _common;
    private string[] _columns = [];

    private JobTable(string path, string[][] common)
    {
        _path = path;
        _common = common;
        _command = _stylize.ToCommand();
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="common">Options for every row that has no value of its own.</param>
    /// <exception cref="InputFileException">
    /// It cannot be read, or a column or a value is wrong: the message names row and column.
    /// </exception>
    public static PictureJob[] Read(string path, string[][] common) => new JobTable(path, common).Read();

    private PictureJob[] Read()
    {
        try
        {
            using var parser = new TextFieldParser(_path) { TrimWhiteSpace = false };
            parser.SetDelimiters(",");
            string[] header = parser.ReadFields() ?? throw Wrong("is empty; its first row names options");
            _columns = [.. header.Select(OptionOf)];
            var jobs = new List<PictureJob>();
            while (!parser.EndOfData)
            {
                long row = parser.LineNumber;
                jobs.Add(JobOf(row, parser.ReadFields()!));
            }
            return jobs.Count > 0 ? [.. jobs] : throw Wrong("has no row below its header");
        }
        catch (MalformedLineException exception)
        {
            throw Wrong($"is not CSV in row {exception.LineNumber}: a quote is not closed, or something follows it");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"'{_path}' {MissingFile.Reason(_path)}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"'{_path}' cannot be read: {MissingFile.Reason(exception)}.", exception);
        }
    }

    /// <summary>The option that a column names.</summary>
    private string OptionOf(string column)
    {
        string name = $"--{column.Trim()}";
        return OfTheBatch.Contains(name)
                ? throw Wrong($"has a column '{column}', which is for the command, not for a row")
            : _command.Options.Any(option => option.Name == name) ? name
            : throw Wrong($"has a column '{column}', which is no option of stylize (without its dashes)");
    }

    private PictureJob JobOf(long row, string[] cells)
    {
        if (cells.Length != _columns.Length)
            throw Wrong($"has {cells.Length} cells in row {row}, but {_columns.Length} in the first");
        string[][] own =
        [
            .. _columns.Zip(cells).Where(cell => cell.Second.Length > 0)
                .GroupBy(cell => cell.First, cell => cell.Second)
                .Select(group => (string[])[group.Key, .. group]),
        ];
        string[][] options = RecordedCommand.With(_common, own);
        Refuse(row, own, options);
        string name = options.First(option => option[0] == "--content")[1];
        return new PictureJob($"row {row} ({name})", options);
    }

    /// <summary>Refuses a row with a wrong value before the first picture is made.</summary>
    private void Refuse(long row, string[][] own, string[][] options)
    {
        ParseResult parsed = Parse(options);
        if (parsed.Errors is [var error, ..])
        {
            string? column = (error.SymbolResult as OptionResult)?.Option.Name;
            throw Wrong(row, own.Any(option => option[0] == column) ? column : null, error.Message);
        }
        if (RefusalOf(parsed) is not { } refusal)
            return;
        // Of the column without which the row would do.
        string? wrong = own.Select(option => option[0]).FirstOrDefault(name => IsRight(
            RecordedCommand.With(_common, [.. own.Where(option => option[0] != name)])));
        throw Wrong(row, wrong, refusal);

        bool IsRight(string[][] others) => Parse(others) is { Errors.Count: 0 } rest && RefusalOf(rest) is null;
    }

    private ParseResult Parse(string[][] options) => RecordedCommand.Parse(_command, options);

    /// <summary>What is wrong with the recipe; null for nothing.</summary>
    private string? RefusalOf(ParseResult parsed)
    {
        try
        {
            _ = _stylize.Pictures.Recipe(parsed);
            return null;
        }
        catch (Exception exception) when (exception is UsageException or InputFileException)
        {
            return exception.Message;
        }
    }

    private InputFileException Wrong(long row, string? option, string reason) => new(
        $"'{_path}', row {row}{(option is null ? "" : $", column '{option[2..]}'")}: {reason.TrimEnd('.')}.");

    private InputFileException Wrong(string reason) => new($"'{_path}' {reason}.");
}
