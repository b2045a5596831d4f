using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Options;

/// <summary><c>--style</c>, and <c>--style-scale</c> and <c>--style-mask</c>, which go with it.</summary>
internal static class StyleOptions
{
    private const double LargestScale = 16;

    public static Option<StyleArgument[]> Create() => new Option<StyleArgument[]>("--style")
    {
        Description = "Style picture (PNG or JPEG), with an optional weight; give several to mix their styles.",
        HelpName = "FILE[:WEIGHT]",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token.Value, result)).OfType<StyleArgument>()],
    }.About(Subject.Pictures, isNeededFirst: true);

    public static Option<double[]> CreateScale() => new Option<double[]>("--style-scale")
    {
        Description = "Size of the style pictures relative to the content (0.5 shrinks the strokes, 2 enlarges them): "
            + "one number for all, or one for each --style in order. Default: 1.",
        HelpName = "X",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.Select(token => ParseScale(token.Value, result))],
    }.About(Subject.Pictures, isNeededFirst: true);

    /// <summary>The styles with their scales.</summary>
    /// <exception cref="UsageException">There are several scales, but not one for each style.</exception>
    public static IReadOnlyList<StyleArgument> WithScales(StyleArgument[] styles, double[] scales)
    {
        if (scales.Length > 1 && scales.Length != styles.Length)
        {
            throw new UsageException(
                $"--style-scale has {scales.Length} numbers for {Counted.Of(styles.Length, "style")}: give one for all "
                + "or one for each.");
        }
        return scales.Length == 0
            ? styles
            : [.. styles.Select((style, i) => style with { Scale = scales[scales.Length == 1 ? 0 : i] })];
    }

    public static Option<string[]> CreateMask() => new Option<string[]>("--style-mask")
    {
        Description = "Where in the result each style applies: one grey picture for each --style in order, white where "
            + "it does, stretched to the content's size; alpha stands for the content's opacity. Default: everywhere.",
        HelpName = "FILE|alpha",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { StyleArgument.AlphaMask, PathOption.Pattern },
        AllowMultipleArgumentsPerToken = true,
    }.About(Subject.Pictures);

    /// <summary>The styles with their masks.</summary>
    /// <exception cref="UsageException">There are masks, but not one for each style.</exception>
    public static IReadOnlyList<StyleArgument> WithMasks(IReadOnlyList<StyleArgument> styles, string[] masks)
    {
        if (masks.Length == 0)
            return styles;
        return masks.Length == styles.Count
            ? [.. styles.Select((style, i) => style with { Mask = masks[i] })]
            : throw new UsageException(
                $"--style-mask has {Counted.Of(masks.Length, "picture")} for {Counted.Of(styles.Count, "style")}: give "
                + "one for each.");
    }

    private static double ParseScale(string text, ArgumentResult result)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double scale)
            || !(scale is > 0 and <= LargestScale))
        {
            result.AddError($"--style-scale must be a number above 0 and at most {LargestScale}, not '{text}'.");
        }
        return scale;
    }

    private static StyleArgument? Parse(string text, ArgumentResult result)
    {
        int colon = text.LastIndexOf(':');
        // A colon may belong to the path (C:\painting.png): only a number after it is a weight, unless there is such a
        // file.
        if (colon < 1 || File.Exists(text) || !double.TryParse(
            text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight))
        {
            return new StyleArgument(text, 1);
        }
        if (weight > 0 && double.IsFinite(weight))
            return new StyleArgument(text[..colon], weight);
        result.AddError(
            $"--style: the weight of {text[..colon]} must be a number above 0, not '{text[(colon + 1)..]}'.");
        return null;
    }
}
