namespace IlgpuStyle.App.Images;

/// <summary>
/// Height and width in pixels, and the rules by which recipes choose a size that keeps the aspect ratio.
/// </summary>
internal readonly record struct PictureSize(int Height, int Width)
{
    /// <summary>Height · Width.</summary>
    public long Pixels => (long)Height * Width;

    /// <summary>The shorter of height and width.</summary>
    public int ShortSide => Math.Min(Height, Width);

    /// <summary>The longer of height and width.</summary>
    public int LongSide => Math.Max(Height, Width);

    /// <summary>The size whose long side is <paramref name="longSide"/>.</summary>
    /// <param name="longSide">At least 1.</param>
    /// <param name="rounding">
    /// Of the short side: some recipes cut (<see cref="MidpointRounding.ToZero"/>), some round
    /// (<see cref="MidpointRounding.ToEven"/>, as Python does). It is never below 1.
    /// </param>
    public PictureSize WithLongSide(int longSide, MidpointRounding rounding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longSide);
        int shortSide = Scale(ShortSide, longSide, LongSide, rounding);
        return Height >= Width ? new PictureSize(longSide, shortSide) : new PictureSize(shortSide, longSide);
    }

    /// <summary>
    /// The size of height <paramref name="height"/> and width ⌊Width · height / Height⌋, but at least 1.
    /// </summary>
    /// <param name="height">At least 1.</param>
    public PictureSize WithHeight(int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return new PictureSize(height, Scale(Width, height, Height, MidpointRounding.ToZero));
    }

    /// <summary>Width×Height, the order in which sizes are written on the command line.</summary>
    public override string ToString() => $"{Width}×{Height}";

    // Decimal holds the product exactly, and the quotient of a whole result exactly: no 511.999… is cut to 511. What no
    // int holds is too large anyway.
    private static int Scale(int length, int numerator, int denominator, MidpointRounding rounding) =>
        (int)Math.Clamp(Math.Round((decimal)length * numerator / denominator, rounding), 1, int.MaxValue);
}
