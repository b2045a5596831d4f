namespace IlgpuStyle.Kernels;

/// <summary>
/// Where a tensor's pixels lie when its buffer is read as <see cref="F4"/> quads: the kernel-side twin of
/// <see cref="TensorShape"/>.
/// </summary>
internal readonly struct QuadLayout
{
    public QuadLayout(TensorShape shape)
    {
        Height = shape.Height;
        Width = shape.Width;
        Quads = shape.PaddedChannels / 4;
    }

    public readonly int Height;
    public readonly int Width;

    /// <summary>Quads per pixel: C′ / 4.</summary>
    public readonly int Quads;

    /// <summary>Quads without the border: H·W·C′/4.</summary>
    public int Count => Height * Width * Quads;

    /// <summary>Quads from a pixel to the one below.</summary>
    public int Pitch => (Width + 2) * Quads;

    /// <summary>Index of the first quad of pixel (y, x), behind the border; y, x ≥ −1.</summary>
    public int Offset(int y, int x) => (y + 1) * Pitch + (x + 1) * Quads;

    /// <summary>Index of the first quad of a pixel, pixels counted row by row without the border.</summary>
    public int Offset(int pixel)
    {
        int row = pixel / Width;
        return Offset(row, pixel - row * Width);
    }

    /// <summary>Which quad of which pixel an item is: items count the quads without the border.</summary>
    public QuadPlace Place(int item)
    {
        int pixel = item / Quads;
        int row = pixel / Width;
        return new QuadPlace(row, pixel - row * Width, item - pixel * Quads);
    }
}

/// <summary>A quad of a pixel.</summary>
internal readonly struct QuadPlace
{
    public QuadPlace(int row, int column, int quad)
    {
        Row = row;
        Column = column;
        Quad = quad;
    }

    public readonly int Row;
    public readonly int Column;

    /// <summary>Channels 4·Quad to 4·Quad + 3.</summary>
    public readonly int Quad;
}
