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

    /// <summary>Index of the first quad of pixel (y, x), behind the border; y, x ≥ −1.</summary>
    public int Offset(int y, int x) => ((y + 1) * (Width + 2) + x + 1) * Quads;
}
