using ILGPU;
using ILGPU.Runtime;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gram matrix on a GPU: one triangle in tiles of 64 × 64 channel pairs, the pixels split into shares whose sums
/// are added in order.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="GramForward"/>. As <see cref="GpuMatrix.Small"/>, but both factors are read along
/// the channels, so that nothing is transposed. The border is zero and adds nothing, so that rows are one run.
/// Launch: grid X over shares, Y and Z over tile rows and columns, of which those below the diagonal take no
/// step; partial sums [shares][C][C]. <see cref="GramTotal"/> follows.
/// </remarks>
internal sealed class GramForwardGpu(Engine engine) : IDisposable
{
    private const int Shares = 32;

    private const int Depth = GpuMatrix.SmallDepth;
    private const int Buffer = Depth * GpuMatrix.SmallColumns / 4;

    private readonly Action<KernelConfig, ArrayView<F4>, ArrayView<F4>, PixelLayout> _sums =
        engine.Accelerator.LoadStreamKernel<ArrayView<F4>, ArrayView<F4>, PixelLayout>(
            GramForwardGpuSumsKernel, GpuMatrix.SmallSpecialization);

    private readonly GramTotal _total = engine.Get(e => new GramTotal(e));
    private readonly ScratchArrays _partials = new(engine, Partials);

    /// <summary>The partial sums, by the number of channels.</summary>
    public static ScratchLayout Partials { get; } =
        new("Gram partial sums", channels => (long)Shares * channels * channels);

    /// <summary>The sums' kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(GramForwardGpuSumsKernel, GpuMatrix.SmallSpecialization)];

    private static void GramForwardGpuSumsKernel(ArrayView<F4> features, ArrayView<F4> partials, PixelLayout layout)
    {
        ArrayView<F4> rowsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<F4> columnsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        int thread = Group.IdxX;
        int quads = layout.Pitch / 4;
        int pixels = layout.Height * layout.RowPixels;
        int sharePixels = ((pixels + Shares - 1) / Shares + Depth - 1) / Depth * Depth;
        int steps = Utilities.Select(Grid.IdxY <= Grid.IdxZ, sharePixels / Depth, 0);
        int pixel = Grid.IdxX * sharePixels + (thread >> 4);
        // The pixels past the last are in the zero border below it: its first stands for all.
        int first = layout.Offset(0, 0) / 4;
        int row = Grid.IdxY * (GpuMatrix.SmallRows / 4) + (thread & 15);
        int column = Grid.IdxZ * (GpuMatrix.SmallColumns / 4) + (thread & 15);
        int at = first + IntrinsicMath.Min(pixel, pixels) * quads;
        int rowsRead = GpuMatrix.WideRow;
        int columnsRead = GpuMatrix.WideColumn;
        int store = thread;
        int flip = Buffer;
        F4 nextRow = features[at + row];
        F4 nextColumn = features[at + column];
        pixel += Depth;
        at = first + IntrinsicMath.Min(pixel, pixels) * quads;
        GpuSmallTile sums = default;
        for (int step = 0; step < steps; step++)
        {
            rowsShared[store] = nextRow;
            columnsShared[store] = nextColumn;
            Group.Barrier();

            nextRow = features[at + row];
            nextColumn = features[at + column];
            pixel += Depth;
            at = first + IntrinsicMath.Min(pixel, pixels) * quads;

            ArrayView<F4> x = rowsShared.SubView(rowsRead);
            ArrayView<F4> y = columnsShared.SubView(columnsRead);
            sums.MultiplyAdd(x[0], y[0]);
            sums.MultiplyAdd(x[16], y[16]);
            sums.MultiplyAdd(x[32], y[32]);
            sums.MultiplyAdd(x[48], y[48]);
            sums.MultiplyAdd(x[64], y[64]);
            sums.MultiplyAdd(x[80], y[80]);
            sums.MultiplyAdd(x[96], y[96]);
            sums.MultiplyAdd(x[112], y[112]);
            sums.MultiplyAdd(x[128], y[128]);
            sums.MultiplyAdd(x[144], y[144]);
            sums.MultiplyAdd(x[160], y[160]);
            sums.MultiplyAdd(x[176], y[176]);
            sums.MultiplyAdd(x[192], y[192]);
            sums.MultiplyAdd(x[208], y[208]);
            sums.MultiplyAdd(x[224], y[224]);
            sums.MultiplyAdd(x[240], y[240]);
            store += flip;
            rowsRead += flip;
            columnsRead += flip;
            flip = -flip;
        }

        int target = (Grid.IdxX * layout.Channels + Grid.IdxY * GpuMatrix.SmallRows + 4 * GpuMatrix.WideRow) * quads
            + Grid.IdxZ * (GpuMatrix.SmallColumns / 4) + GpuMatrix.WideColumn;
        partials[target] = sums.Row0;
        partials[target + quads] = sums.Row1;
        partials[target + 2 * quads] = sums.Row2;
        partials[target + 3 * quads] = sums.Row3;
    }

    /// <summary>Whether the channels fill whole tiles.</summary>
    public static bool Takes(TensorShape features) => features.Channels % GpuMatrix.SmallColumns == 0;

    public void Launch(Tensor features, DeviceArray gram, float scale)
    {
        TensorShape shape = features.Shape;
        int channels = shape.Channels;
        int tiles = channels / GpuMatrix.SmallColumns;
        DeviceArray partials = _partials.For(channels);
        using (engine.Launch("GramForward (sums)", GramForward.Flop(shape),
            4.0 * shape.Length + 4.0 * Shares * channels * channels))
        {
            _sums(new KernelConfig(new Index3D(Shares, tiles, tiles), new Index3D(GpuMatrix.SmallThreads, 1, 1)),
                features.View.Cast<F4>(), partials.View.Cast<F4>(), new PixelLayout(shape));
        }
        _total.Launch(partials, Shares, gram, channels, scale);
    }

    public void Dispose() => _partials.Dispose();
}
