namespace IlgpuStyle.StyleTransfer;

/// <summary>A style picture and its share among several; shares need not add up to 1.</summary>
public sealed record StylePicture(RgbPicture Picture, double Weight = 1);

/// <summary>The pictures of one scale, in the sizes that the recipe's rule gives.</summary>
/// <param name="Content">The content; the result has its size.</param>
/// <param name="Styles">One style or more.</param>
/// <param name="Start">
/// A picture of the content's size to start from; needed where the recipe starts from a style or a picture of
/// the caller's, and not looked at elsewhere.
/// </param>
public sealed record StagePictures(
    RgbPicture Content, IReadOnlyList<StylePicture> Styles, RgbPicture? Start = null);
