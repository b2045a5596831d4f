namespace IlgpuStyle.Kernels;

/// <summary>
/// Where a tensor's elements lie in its buffer of floats: the kernel-side twin of <see cref="TensorShape"/>.
/// </summary>
internal readonly struct PixelLayout
{
    public PixelLayout(TensorShape shape)
    {
        Height = shape.Height;
        Width = shape.Width;
        Channels = shape.Channels;
        Pitch = shape.PaddedChannels;
    }

    public readonly int Height;
    public readonly int Width;

    /// <summary>C, without padding.</summary>
    public readonly int Channels;

    /// <summary>C′: floats from one pixel to the next.</summary>
    public readonly int Pitch;

    /// <summary>Pixels from one row to the next, border included: W + 2.</summary>
    public int RowPixels => Width + 2;

    /// <summary>H·W·C, the elements without border and padding.</summary>
    public int Count => Height * Width * Channels;

    /// <summary>Offset of channel 0 of pixel (y, x), behind the border; y, x ≥ −1.</summary>
    public int Offset(int y, int x) => ((y + 1) * RowPixels + x + 1) * Pitch;

    /// <summary>Offset of an element, elements counted in H × W × C order without border and padding.</summary>
    public int ElementOffset(int element)
    {
        int pixel = element / Channels;
        int row = pixel / Width;
        return Offset(row, pixel - row * Width) + element - pixel * Channels;
    }
}
