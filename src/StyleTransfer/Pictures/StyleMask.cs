namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>Where in the result a style applies: 1 where it does, 0 where not, and soft between.</summary>
public sealed class StyleMask
{
    /// <summary>Wraps values, which are kept and not copied.</summary>
    /// <exception cref="ArgumentException">
    /// Their number is not height·width, one is not of 0..1, or all are 0.
    /// </exception>
    public StyleMask(int height, int width, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)height * width)
        {
            throw new ArgumentException(
                $"A mask of {width}×{height} has {(long)height * width} values, not {values.Length}.");
        }
        if (!Array.TrueForAll(values, value => value is >= 0 and <= 1))
            throw new ArgumentException("A mask's values must be from 0 to 1.");
        if (Array.TrueForAll(values, value => value == 0))
            throw new ArgumentException("A mask that is 0 everywhere leaves its style no place.");
        (Height, Width, Values) = (height, width, values);
    }

    /// <summary>For what halving leaves, which may be 0 everywhere.</summary>
    private StyleMask()
    {
    }

    /// <summary>Pixels from top to bottom: the content's.</summary>
    public int Height { get; private init; }

    /// <summary>Pixels from left to right: the content's.</summary>
    public int Width { get; private init; }

    /// <summary>Rows from the top.</summary>
    public float[] Values { get; private init; } = [];

    /// <summary>1 everywhere.</summary>
    internal static StyleMask Everywhere(int height, int width)
    {
        float[] values = new float[height * width];
        Array.Fill(values, 1f);
        return new StyleMask(height, width, values);
    }

    /// <summary>The averages of 2×2, an odd last row or column dropped: what a pool of the network leaves.</summary>
    internal StyleMask Halved()
    {
        int height = Height / 2;
        int width = Width / 2;
        float[] values = new float[height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int i = 2 * y * Width + 2 * x;
                values[y * width + x] = (Values[i] + Values[i + 1] + Values[i + Width] + Values[i + Width + 1]) / 4;
            }
        }
        return new StyleMask { Height = height, Width = width, Values = values };
    }
}
