using System.CommandLine;
using System.Text.Json;

namespace IlgpuStyle.App.Commands;

/// <summary>
/// An enumeration's values as words, on the command line and in recipe files: MeanSquared is mean-squared.
/// </summary>
internal static class Words
{
    /// <summary>How words are made of names.</summary>
    public static JsonNamingPolicy Naming => JsonNamingPolicy.KebabCaseLower;

    /// <summary>Every word of an enumeration.</summary>
    public static IReadOnlyList<string> Of(Type enumeration) =>
        [.. Enum.GetNames(enumeration).Select(Naming.ConvertName)];

    /// <summary>"a, b or c".</summary>
    public static string List(IReadOnlyList<string> words) =>
        $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    /// <summary>
    /// An option whose value is a word of an enumeration; anything else is refused with one sentence.
    /// </summary>
    public static Option<T?> CreateOption<T>(string name, string description)
        where T : struct, Enum
    {
        IReadOnlyList<string> words = Of(typeof(T));
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result =>
            {
                int index = words.ToList().IndexOf(result.Tokens[0].Value);
                if (index >= 0)
                    return Enum.GetValues<T>()[index];
                result.AddError($"{name} must be {List(words)}, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
    }
}
