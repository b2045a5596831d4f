using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>
/// A command line as a checkpoint keeps it: options with their values, whatever folder it is read in.
/// </summary>
internal static class RecordedCommand
{
    /// <summary>The options that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">Those that it names: their paths are written from the root.</param>
    /// <param name="left">Names of options that are left out.</param>
    public static string[][] Of(ParseResult parsed, IReadOnlyCollection<NamedFile> files, params string[] left) =>
    [
        .. parsed.CommandResult.Children.OfType<OptionResult>()
            .Where(result => !result.Implicit && !left.Contains(result.Option.Name))
            .Select(result => (string[])
            [
                result.Option.Name, .. result.Tokens.Select(token => FromRoot(result.Option.Name, token.Value, files)),
            ]),
    ];

    /// <summary>A recorded command with other options in the place of its own.</summary>
    public static string[][] With(string[][] recorded, string[][] others) =>
        [.. recorded.Where(option => others.All(other => other[0] != option[0])), .. others];

    /// <summary><c>ilgpustyle stylize</c> with options and their values, as a user types it.</summary>
    public static string ToLine(IEnumerable<string[]> options) => ToLine("stylize", options);

    /// <summary>A command with options and their values, as a user types it.</summary>
    public static string ToLine(string command, IEnumerable<string[]> options) =>
        $"ilgpustyle {command} {string.Join(' ', options.SelectMany(option => option).Select(ShellWord.Quote))}";

    /// <summary>What a command makes of options with their values.</summary>
    public static ParseResult Parse(Command command, IEnumerable<string[]> options) => command.Parse(
        [.. options.SelectMany(option => option)],
        // A word that starts with @ may be a file's name.
        new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string FromRoot(string option, string value, IEnumerable<NamedFile> files)
    {
        // A number may follow behind a colon.
        string? path = files.Where(file => file.Option == option).Select(file => file.Path)
            .Where(path => value == path || value.StartsWith($"{path}:", StringComparison.Ordinal))
            .MaxBy(path => path.Length);
        return path is null ? value : Path.GetFullPath(path) + value[path.Length..];
    }
}
