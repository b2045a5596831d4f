using System.Text.Json;

namespace IlgpuStyle.App.Text;

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
}
