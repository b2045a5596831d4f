using System.CommandLine;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Options;

/// <summary>Options whose value is a word of an enumeration.</summary>
internal static class WordOption
{
    /// <summary>Anything else is refused with one sentence.</summary>
    public static Option<T?> Create<T>(string name, string description)
        where T : struct, Enum
    {
        IReadOnlyList<string> words = Words.Of(typeof(T));
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result =>
            {
                int index = words.ToList().IndexOf(result.Tokens[0].Value);
                if (index >= 0)
                    return Enum.GetValues<T>()[index];
                result.AddError($"{name} must be {Words.List(words)}, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        // The library has put the enumeration's own names there.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. words]);
        return option;
    }
}
