using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace IlgpuStyle.App.Commands;

/// <summary>One <c>--style FILE[:WEIGHT]</c>.</summary>
/// <param name="Path">The picture.</param>
/// <param name="Weight">Its share among several, positive; they need not add up to 1.</param>
internal sealed record StyleArgument(string Path, double Weight)
{
    public static Option<StyleArgument[]> CreateOption() => new("--style")
    {
        Description = "Style picture (PNG or JPEG), with an optional weight; give several to mix their styles.",
        HelpName = "FILE[:WEIGHT]",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token.Value, result)).OfType<StyleArgument>()],
    };

    private static StyleArgument? Parse(string text, ArgumentResult result)
    {
        int colon = text.LastIndexOf(':');
        // A colon may belong to the path (C:\painting.png): only a number after it is a weight.
        if (colon < 1 || !double.TryParse(
            text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight))
        {
            return new StyleArgument(text, 1);
        }
        if (weight > 0 && double.IsFinite(weight))
            return new StyleArgument(text[..colon], weight);
        result.AddError($"--style '{text}' has the weight {weight}: weights must be positive.");
        return null;
    }
}
