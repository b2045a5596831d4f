using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace IlgpuStyle.App.Options;

/// <summary>Options and arguments whose value is a path.</summary>
internal static class PathOption
{
    /// <summary>Refuses an empty path, of which no command can say where it came from.</summary>
    public static void NotEmpty(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{result.Option.Name} '' is empty: use {result.Option.Name} {result.Option.HelpName}.");
    }

    /// <summary>Refuses an empty path.</summary>
    public static void NotEmpty(ArgumentResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{result.Argument.Name} '' is empty: name a file.");
    }

    /// <summary>
    /// What completes a path: the pattern of all that begin so. The shell knows them better, and its script asks it.
    /// </summary>
    public static IEnumerable<CompletionItem> Pattern(CompletionContext context) =>
        [new CompletionItem($"{context.WordToComplete}*")];
}
