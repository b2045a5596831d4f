using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Help;

/// <summary>
/// Help at 80 columns, where a command has many options by subject. The library's own can be told its width and nothing
/// else: it leaves half of that to descriptions, and breaks a longer name wherever the other half ends.
/// </summary>
/// <param name="all">Whether every option is shown, or of many those that are needed first.</param>
internal sealed partial class SubjectHelp(bool all) : SynchronousCommandLineAction
{
    private const int Width = 80;
    private const int TextColumn = 26;

    /// <summary>More options than these are many.</summary>
    private const int Few = 12;

    public override bool ClearsParseErrors => true;

    private bool ShowsAll => all;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        Command root = parseResult.RootCommandResult.Command;
        bool areMany = command.Options.Count > Few;
        foreach (string line in Wrap(command.Description ?? "", Width))
            output.WriteLine(line);
        output.WriteLine();
        output.WriteLine($"Usage: {WrongUsage.PathOf(parseResult.CommandResult)}{ParametersOf(command)} [options]");
        Write("Arguments", command.Arguments.Select(argument => ($"<{argument.Name}>", argument.Description)), output);
        Write(
            "Commands",
            command.Subcommands.Select(inner => (inner.Name + ParametersOf(inner), inner.Description)), output);
        IEnumerable<Option> own = command == root ? []
            : areMany && !all ? command.Options.Where(option => option.IsNeededFirst())
            : command.Options;
        IEnumerable<Option> ofEvery = root.Options.Where(option => option.Recursive || command == root)
            .Where(option => areMany || option.Action is not SubjectHelp { ShowsAll: true });
        foreach (IGrouping<Subject, Option> group in own.Concat(ofEvery)
            .GroupBy(option => areMany ? option.Subject() : Subject.Other).OrderBy(group => group.Key))
        {
            Write(
                areMany ? $"{group.Key}" : "Options",
                group.Select(option => (LabelOf(option), (string?)TextOf(option))), output);
        }
        return 0;
    }

    private static string ParametersOf(Command command) =>
        (command.Subcommands.Count == 0 ? "" : command.Action is null ? " <command>" : " [command]")
        + string.Concat(command.Arguments.Select(argument => $" <{argument.Name}>"));

    private static string LabelOf(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length))
        + (option.HelpName is { } value ? $" <{value}>" : "")
        + (option.Required ? " (REQUIRED)" : "");

    /// <summary>With the default that the library knows; others stand in the description.</summary>
    private static string TextOf(Option option) => option.Description
        + (option.HasDefaultValue && option.GetDefaultValue() is string value ? $" Default: {value}." : "");

    /// <summary>Writes a section unless it is empty.</summary>
    private static void Write(string heading, IEnumerable<(string Label, string? Text)> rows, TextWriter output)
    {
        string before = $"{Environment.NewLine}{heading}:{Environment.NewLine}";
        foreach ((string label, string? text) in rows)
        {
            output.Write(before);
            before = "";
            string start = $"  {label}";
            if (start.Length > TextColumn - 2)
            {
                string continued = new(' ', label.IndexOf(' ', StringComparison.Ordinal) + 4);
                output.WriteLine(
                    string.Join($"{Environment.NewLine}{continued}", Wrap(start, Width - continued.Length)));
                start = "";
            }
            foreach (string line in Wrap(text ?? "", Width - TextColumn))
            {
                output.WriteLine(start.PadRight(TextColumn) + line);
                start = "";
            }
        }
    }

    /// <summary>Breaks after spaces, and after the bars between the words that an option takes.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string piece in Breaks().Split(text))
        {
            if (line.Length > 0 && line.Length + piece.TrimEnd().Length > width)
            {
                yield return line.ToString().TrimEnd();
                line.Clear();
            }
            line.Append(piece);
        }
        yield return line.ToString();
    }

    [GeneratedRegex("(?<=[ |])(?! )")]
    private static partial Regex Breaks();
}
