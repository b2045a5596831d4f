using System.Globalization;
using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Input;

/// <summary><c>--size N</c>, the recipe's own dimension, or <c>--size WxH</c>, which forces both sides.</summary>
/// <param name="Dimension">N, or null where both sides are given.</param>
/// <param name="Exact">Width × height, or null where N is given.</param>
internal sealed record RequestedSize(int? Dimension, PictureSize? Exact)
{
    /// <summary>The longest side; whether both together are too many pixels is known once the other is.</summary>
    public const int Largest = 8192;

    /// <summary>What <see cref="ParseSides"/> takes as width and height.</summary>
    public static readonly string Described = $"a size from 1x1 to {Largest}x{Largest}, such as \"600x400\"";

    /// <summary>The content's size under a recipe's rule.</summary>
    public static PictureSize OfContent(RequestedSize? requested, SizeRule rule, PictureSize original)
    {
        if (requested?.Exact is { } exact)
            return exact;
        if (requested is null && rule.DefaultSize is { } both)
            return new PictureSize(both.Height, both.Width);
        int dimension = requested?.Dimension ?? rule.Default;
        return rule.Dimension == SizeDimension.Height
            ? original.WithHeight(dimension)
            : original.WithLongSide(dimension, rule.Rounding);
    }

    /// <summary>A style's size under a recipe's rule, times the style scale.</summary>
    public static PictureSize OfStyle(SizeRule rule, PictureSize content, PictureSize original, double styleScale)
    {
        if (rule.Style == StyleSize.ContentSize)
            return new PictureSize(Scaled(content.Height, styleScale), Scaled(content.Width, styleScale));
        int longSide = Scaled(content.LongSide, styleScale);
        if (rule.Style == StyleSize.OwnAspectNeverEnlarged)
            longSide = Math.Min(longSide, original.LongSide);
        return original.WithLongSide(longSide, rule.Rounding);
    }

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));

    /// <summary>The numbers of N or WxH, none if one is out of bounds.</summary>
    public static int[] ParseSides(string text)
    {
        int[] sides = [.. text.Split('x').Select(
            side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return Array.TrueForAll(sides, side => side is >= 1 and <= Largest) ? sides : [];
    }
}
