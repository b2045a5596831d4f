namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>A picture: Height × Width × 3 floats, red first, 0 to 255.</summary>
public sealed class RgbPicture
{
    /// <summary>Wraps values, which are kept and not copied.</summary>
    /// <exception cref="ArgumentException">Their number is not height·width·3.</exception>
    public RgbPicture(int height, int width, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.LongLength != 3L * height * width)
        {
            throw new ArgumentException(
                $"A picture of {width}×{height} has {3L * height * width} samples, not {values.Length}.",
                nameof(values));
        }
        Height = height;
        Width = width;
        Values = values;
    }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Rows from the top, channels interleaved.</summary>
    public float[] Values { get; }
}
