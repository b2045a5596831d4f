using System.ComponentModel.DataAnnotations;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>How a recipe chooses the sizes of its pictures.</summary>
/// <param name="Dimension">What <c>--size N</c> means.</param>
/// <param name="Default">N where none is given.</param>
/// <param name="Style">How the style picture's size is chosen.</param>
/// <param name="Rounding">How the other side is rounded: some programs cut, some round to even.</param>
/// <param name="DefaultSize">Both sides where no size is given; null keeps the picture's aspect.</param>
public sealed record SizeRule(
    SizeDimension Dimension, [property: Range(1, 8192)] int Default, StyleSize Style, MidpointRounding Rounding,
    (int Height, int Width)? DefaultSize = null);

/// <summary>
/// Coarse to fine: a run at each of size/2^(k/PerOctave), rounded, k = 0, 1, …, down to the smallest that is allowed.
/// </summary>
/// <param name="Smallest">The long side below which no scale goes, in pixels.</param>
/// <param name="LaterIterations">Steps at each scale but the first.</param>
/// <param name="PerOctave">Scales until the side has doubled: 1 or, with a factor of √2, 2.</param>
public sealed record ScaleRule(
    [property: Range(1, int.MaxValue)] int Smallest, [property: Range(1, int.MaxValue)] int LaterIterations,
    [property: Range(1, 16)] int PerOctave = 2)
{
    /// <summary>The long sides from coarse to fine; the size itself where it is below the smallest.</summary>
    public IReadOnlyList<int> LongSides(int size)
    {
        var sides = new List<int>();
        for (int k = 0; k == 0 || Side(k) >= Smallest; k++)
            sides.Insert(0, Side(k));
        return sides;

        int Side(int k) => (int)Math.Round(size / Math.Pow(2, (double)k / PerOctave), MidpointRounding.ToEven);
    }
}

/// <summary>The side of a picture that a recipe sets; the other follows from the aspect ratio.</summary>
public enum SizeDimension
{
    /// <summary>The height.</summary>
    Height,

    /// <summary>The longer of height and width.</summary>
    LongSide,
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
