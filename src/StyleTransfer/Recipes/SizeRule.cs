namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>How a recipe chooses the sizes of its pictures.</summary>
/// <param name="Dimension">What <c>--size N</c> means.</param>
/// <param name="Default">N where none is given.</param>
/// <param name="Style">How the style picture's size is chosen.</param>
/// <param name="Rounding">How the other side is rounded: some programs cut, some round to even.</param>
/// <param name="DefaultShortSide">The other side where no size is given; null keeps the picture's aspect.</param>
public sealed record SizeRule(
    SizeDimension Dimension, int Default, StyleSize Style, MidpointRounding Rounding, int? DefaultShortSide = null);

/// <summary>The side of a picture that a recipe sets; the other follows from the aspect ratio.</summary>
public enum SizeDimension
{
    /// <summary>The height.</summary>
    Height,

    /// <summary>The longer of height and width.</summary>
    LongSide,

    /// <summary>The width.</summary>
    Width,
}

/// <summary>How a recipe sizes its style pictures.</summary>
public enum StyleSize
{
    /// <summary>Forced to the content's height and width: other aspects are squashed.</summary>
    ContentSize,

    /// <summary>Own aspect ratio, the content's long side (times the style scale).</summary>
    OwnAspect,

    /// <summary>The same, but never enlarged.</summary>
    OwnAspectNeverEnlarged,
}

/// <summary>How samples between pixels are found when a picture is resized.</summary>
public enum ResamplingFilter
{
    /// <summary>The pixel that the new pixel's centre falls in.</summary>
    Nearest,

    /// <summary>Linear between the four pixels around, whatever the scale (TensorFlow's default).</summary>
    BilinearWithoutAntialiasing,

    /// <summary>Triangle filter, as wide as the scale when shrinking (Pillow's BILINEAR).</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = −½, as wide as the scale when shrinking (Pillow's BICUBIC).</summary>
    Bicubic,
}
