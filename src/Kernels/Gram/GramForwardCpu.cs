using ILGPU;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gram matrix for OpenCL on a CPU: one triangle in <see cref="RegisterTile"/>s of 12 × 32 channel pairs, the
/// pixels split into a fixed number of shares whose sums are added in order.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="GramForward"/>. A share's pixels are taken 128 at a time, few enough to stay in
/// the second-level cache while every tile reads them, and summed from zero each time: short sums lose less to
/// rounding. The border is zero and adds nothing, so that the rows are one run.
/// Launch: one work-item per share and block of 32 columns, group size 1; partial sums [8][C][C], of which the
/// tiles on and above the diagonal are written. <see cref="GramTotalCpu"/> follows.
/// </remarks>
internal sealed class GramForwardCpu(Engine engine) : IDisposable
{
    private const int Shares = 8;

    private const int PixelsAtATime = 128;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, PixelLayout> _sums =
        new(engine, GramForwardCpuSumsKernel);

    private readonly GramTotalCpu _total = engine.Get(e => new GramTotalCpu(e));
    private readonly ScratchArrays _partials = new(engine, Partials);

    private static void GramForwardCpuSumsKernel(
        ArrayView<float> features, ArrayView<F16> partials, PixelLayout layout)
    {
        int vectors = layout.Channels / 16;
        int blocks = layout.Channels / RegisterTile.Columns;
        int share = Grid.IdxX / blocks;
        int block = Grid.IdxX - share * blocks;
        int pixels = layout.Height * layout.RowPixels;
        int sharePixels = (pixels + Shares - 1) / Shares;
        int end = IntrinsicMath.Min(pixels, (share + 1) * sharePixels);
        int firstSum = share * layout.Channels * vectors + block * RegisterTile.Vectors;
        ArrayView<F16> columns = features.Cast<F16>();

        int rowsEnd = (block + 1) * RegisterTile.Columns;
        F16 zero = F16.Broadcast(0f);
        for (int row = 0; row < rowsEnd; row++)
        {
            partials[firstSum + row * vectors] = zero;
            partials[firstSum + row * vectors + 1] = zero;
        }
        for (int pixel = share * sharePixels; pixel < end; pixel += PixelsAtATime)
        {
            int depth = IntrinsicMath.Min(PixelsAtATime, end - pixel);
            int first = layout.Offset(0, 0) + pixel * layout.Pitch;
            for (int row = 0; row < rowsEnd; row += RegisterTile.Rows)
            {
                // The last tile is moved up to end with the block; rows of it that were there before are taken off.
                int tileRow = IntrinsicMath.Min(row, rowsEnd - RegisterTile.Rows);
                RegisterTile sums = default;
                sums.MultiplyAdd(
                    features, first + tileRow, 1, layout.Pitch,
                    columns, first / 16 + block * RegisterTile.Vectors, layout.Pitch / 16, depth);
                sums.AddInto(partials, firstSum + tileRow * vectors, vectors, row - tileRow);
            }
        }
    }

    /// <summary>The partial sums, by the number of channels.</summary>
    public static ScratchLayout Partials { get; } =
        new("Gram partial sums", channels => (long)Shares * channels * channels);

    /// <summary>Whether the channels fill whole tiles.</summary>
    public static bool Takes(TensorShape features) => features.Channels % RegisterTile.Columns == 0;

    public void Launch(Tensor features, DeviceArray gram, float scale)
    {
        TensorShape shape = features.Shape;
        int channels = shape.Channels;
        DeviceArray partials = _partials.For(channels)[0];
        using (engine.Launch("GramForward (sums)", GramForward.Flop(shape),
            4.0 * shape.Length + 2.0 * Shares * channels * channels))
        {
            _sums.Launch((Shares * (channels / RegisterTile.Columns), 1), features.View, partials.View.Cast<F16>(),
                new PixelLayout(shape));
        }
        _total.Launch(partials, Shares, gram, channels, scale);
    }

    public void Dispose() => _partials.Dispose();
}
