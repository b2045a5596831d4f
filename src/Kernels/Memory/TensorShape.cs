namespace IlgpuStyle.Kernels;

/// <summary>
/// The size of a <see cref="Tensor"/>: H × W × C, and where its elements lie on the device.
/// </summary>
/// <remarks>
/// On the device a tensor is (H+2) × (W+2) × C′ float32: a border of one zero pixel on each side, channels
/// contiguous and padded to C′, the next multiple of 8. Pixel (y, x), channel c lies at
/// ((y+1)·(W+2) + (x+1))·C′ + c. The border lets a 3×3 convolution load without a predicate; the padding
/// makes every pixel start on a 32-byte boundary. See docs/decisions/0001-layout.md.
/// </remarks>
/// <param name="Height">H, in pixels, at least 1.</param>
/// <param name="Width">W, in pixels, at least 1.</param>
/// <param name="Channels">C, at least 1.</param>
public readonly record struct TensorShape(int Height, int Width, int Channels)
{
    /// <summary>Channel counts on the device are multiples of this many floats (32 bytes).</summary>
    public const int ChannelMultiple = 8;

    /// <summary>C′: the channels as stored.</summary>
    public int PaddedChannels => (Channels + ChannelMultiple - 1) / ChannelMultiple * ChannelMultiple;

    /// <summary>H·W.</summary>
    public int Pixels => Height * Width;

    /// <summary>H·W·C, the elements without border and padding.</summary>
    public long Length => (long)Height * Width * Channels;

    /// <summary>Floats from one row to the next: (W+2)·C′.</summary>
    public int RowPitch => (Width + 2) * PaddedChannels;

    /// <summary>Offset in floats of pixel (0, 0), behind the border.</summary>
    public int Origin => RowPitch + PaddedChannels;

    /// <summary>(H+2)·(W+2)·C′: the floats from the first border pixel to the last.</summary>
    public long BorderedLength => (Height + 2L) * RowPitch;

    /// <summary>
    /// Floats to allocate: the bordered tensor and a cleared tail, so that the 6×6 tiles of Winograd F(4x4,3x3), where
    /// H or W is no multiple of 4, and the direct form's last tile of 12 pixels may read past the end.
    /// </summary>
    public long AllocatedLength => BorderedLength + 3L * RowPitch + 4L * PaddedChannels;

    /// <summary>Bytes to allocate on the device.</summary>
    public long AllocatedBytes => AllocatedLength * sizeof(float);

    /// <summary>"H×W×C".</summary>
    public override string ToString() => $"{Height}×{Width}×{Channels}";

    /// <summary>Throws unless all three sizes are positive and the tensor can be indexed by an int.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or the tensor has 2³¹ floats or more.</exception>
    internal void Validate()
    {
        if (Height < 1 || Width < 1 || Channels < 1)
            throw new ArgumentException($"A tensor needs positive sizes; this one would be {this}.");
        if ((Height + 5L) * (Width + 2L) * PaddedChannels + 4L * PaddedChannels > int.MaxValue)
            throw new ArgumentException($"A tensor of {this} is too large to be indexed by 32-bit integers.");
    }
}
