using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Errors;

/// <summary>One sentence on what is wrong with a command line, and what would be right.</summary>
internal static class WrongUsage
{
    /// <summary>More wrong letters than these make another word.</summary>
    private const int LargestDistance = 2;

    /// <summary>
    /// The error that explains the others: what is wrong with an option that was given, then a word that belongs to
    /// none, then what is missing.
    /// </summary>
    public static string Describe(ParseResult parsed)
    {
        ParseError? ofOption = parsed.Errors.FirstOrDefault(
            error => error.SymbolResult is OptionResult { IdentifierTokenCount: > 0 });
        return ofOption is { SymbolResult: OptionResult option } ? DescribeGiven(option) ?? ofOption.Message
            : parsed.UnmatchedTokens is [string unknown, ..] ? DescribeUnknown(unknown, parsed.CommandResult)
            : DescribeMissing(parsed.CommandResult) ?? parsed.Errors[0].Message;
    }

    /// <summary>The command that was given: "ilgpustyle presets show".</summary>
    public static string PathOf(CommandResult given) => $"ilgpustyle {WordsOf(given)}".TrimEnd();

    /// <summary>Its words alone: "presets show", none of the root.</summary>
    private static string WordsOf(CommandResult given) => given.Parent is CommandResult parent
        ? $"{WordsOf(parent)} {given.Command.Name}".TrimStart()
        : "";

    private static string? DescribeGiven(OptionResult given)
    {
        (Option option, int times) = (given.Option, given.IdentifierTokenCount);
        if (times > 1 && option.Arity.MaximumNumberOfValues == 1)
            return $"{option.Name} is given {(times == 2 ? "twice" : $"{times} times")}: give it once.";
        return given.Tokens.Count < option.Arity.MinimumNumberOfValues
            ? $"{option.Name} needs a value: {option.HelpName}."
            : null;
    }

    private static string DescribeUnknown(string word, CommandResult given)
    {
        Command command = given.Command;
        bool isOption = word.StartsWith('-');
        string[] known =
            [.. isOption ? command.Options.Select(one => one.Name) : command.Subcommands.Select(one => one.Name)];
        string of = given.Parent is null ? "" : $" of {WordsOf(given)}";
        string what = isOption ? $"no option{of}"
            : known.Length > 0 ? $"no command{of}"
            : $"neither an option{of} nor a value of one";
        string? near = known.Where(name => Distance(word, name) <= LargestDistance)
            .MinBy(name => Distance(word, name));
        return near is not null ? $"'{word}' is {what}: did you mean {near}?"
            : known.Length > 1 && !isOption ? $"'{word}' is {what}: use {Words.List(known)}."
            : $"'{word}' is {what}.";
    }

    private static string? DescribeMissing(CommandResult given)
    {
        Command command = given.Command;
        if (command.Action is null)
        {
            return (given.Parent is null ? "A command is missing: use " : $"{WordsOf(given)} needs a command: ")
                + $"{Words.List([.. command.Subcommands.Select(one => one.Name)])}.";
        }
        string[] missing =
        [
            .. command.Arguments.Where(one => one.Arity.MinimumNumberOfValues > 0)
                .Where(one => given.GetResult(one) is not { Tokens.Count: > 0 }).Select(one => one.Name),
            .. command.Options.Where(one => one.Required && given.GetResult(one) is null or { IdentifierTokenCount: 0 })
                .Select(one => $"{one.Name} {one.HelpName}"),
        ];
        return missing.Length == 0 ? null : $"{WordsOf(given)} needs {string.Join(", ", missing)}.";
    }

    /// <summary>Letters to insert, remove or replace: Levenshtein's distance.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
