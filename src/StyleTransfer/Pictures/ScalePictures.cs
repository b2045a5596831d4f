namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>A style picture.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Weight">Its share among several; shares need not add up to 1.</param>
/// <param name="Mask">
/// Where in the result it applies, in the content's size; null for everywhere. Where no style has a mask, their
/// statistics are averaged; where one has, each style is compared with its own part of the result.
/// </param>
public sealed record StylePicture(RgbPicture Picture, double Weight = 1, StyleMask? Mask = null);

/// <summary>The pictures of one scale, in the sizes that the recipe's rule gives.</summary>
/// <param name="Content">The content; the result has its size.</param>
/// <param name="Styles">One style or more.</param>
/// <param name="Start">
/// A picture of the content's size to start from; needed where the recipe starts from a style or a picture of
/// the caller's, and not looked at elsewhere.
/// </param>
public sealed record ScalePictures(
    RgbPicture Content, IReadOnlyList<StylePicture> Styles, RgbPicture? Start = null)
{
    /// <summary>Black pictures of other sizes, for plans of what they would take.</summary>
    /// <param name="factor">Of every side.</param>
    /// <param name="smallestSide">Which no side falls below.</param>
    internal ScalePictures Blank(double factor, int smallestSide)
    {
        return Blank(Resized);

        RgbPicture Resized(RgbPicture picture) => Black(
            Math.Max(smallestSide, (int)(factor * picture.Height)),
            Math.Max(smallestSide, (int)(factor * picture.Width)));
    }

    /// <summary>Black pictures of one size.</summary>
    internal ScalePictures Blank(int height, long width) => Blank(_ => Black(height, (int)width));

    /// <summary>
    /// Puts noise into content and styles in place: on black pictures numbers become so small that arithmetic with
    /// them takes longer, a step up to a third.
    /// </summary>
    internal void FillWithNoise()
    {
        var random = new Random(0);
        foreach (RgbPicture picture in Styles.Select(style => style.Picture).Prepend(Content))
        {
            for (int sample = 0; sample < picture.Values.Length; sample++)
                picture.Values[sample] = random.Next(256);
        }
    }

    private static RgbPicture Black(int height, int width) => new(height, width, new float[3 * height * width]);

    private ScalePictures Blank(Func<RgbPicture, RgbPicture> blank)
    {
        RgbPicture content = blank(Content);
        return new ScalePictures(
            content,
            [.. Styles.Select(style => new StylePicture(
                blank(style.Picture),
                style.Weight,
                style.Mask is null ? null : StyleMask.Everywhere(content.Height, content.Width)))]);
    }
}
