using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gram matrix on a GPU: one triangle in tiles of 64 × 64 channel pairs, the pixels split into shares whose sums
/// are added in order.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="GramForward"/>. As <see cref="GpuSmallTile"/>, but both factors are read along
/// the channels, so that nothing is transposed. The border is zero and adds nothing, so that rows are one run.
/// Launch: grid X over shares, Y and Z over tile rows and columns, of which those below the diagonal do nothing;
/// partial sums [shares][C][C]. <see cref="GramTotal"/> follows.
/// </remarks>
internal sealed class GramForwardGpu(Engine engine) : IDisposable
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, PixelLayout, int> _sums =
        new(engine, GramForwardGpuSumsKernel, GpuSmallTile.Specialization);

    private readonly GramTotal _total = engine.Get(e => new GramTotal(e));
    private readonly ScratchArrays _partials = new(engine, Partials);

    /// <summary>The partial sums, by the number of channels.</summary>
    public static ScratchLayout Partials { get; } =
        new("Gram partial sums", channels => (long)MostShares(channels) * channels * channels);

    /// <summary>The sums' kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(GramForwardGpuSumsKernel, GpuSmallTile.Specialization)];

    private static int Depth => GpuSmallTile.Depth;

    private static int Buffer => Depth * GpuSmallTile.Columns / 4;

    private static void GramForwardGpuSumsKernel(
        ArrayView<F4> features, ArrayView<F4> partials, PixelLayout layout, int shareSteps)
    {
        ArrayView<F4> rowsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<F4> columnsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        int thread = Group.IdxX;
        int quads = layout.Pitch / 4;
        int pixels = layout.Height * layout.RowPixels;
        int steps = Utilities.Select(Grid.IdxY <= Grid.IdxZ, shareSteps, 0);
        int pixel = Grid.IdxX * shareSteps * Depth + (thread >> 4);
        // The pixels past the last are in the zero border below it: its first stands for all.
        int first = layout.Offset(0, 0) / 4;
        int row = Grid.IdxY * (GpuSmallTile.Rows / 4) + (thread & 15);
        int column = Grid.IdxZ * (GpuSmallTile.Columns / 4) + (thread & 15);
        int at = first + IntrinsicMath.Min(pixel, pixels) * quads;
        int rowsRead = GpuMatrix.Row<GpuSmallTile>();
        int columnsRead = GpuMatrix.Column<GpuSmallTile>();
        int store = thread;
        int flip = Buffer;
        F4 nextRow = features[at + row];
        F4 nextColumn = features[at + column];
        pixel += Depth;
        at = first + IntrinsicMath.Min(pixel, pixels) * quads;
        GpuSmallSums sums = default;
        for (int step = 0; step < steps; step++)
        {
            rowsShared[store] = nextRow;
            columnsShared[store] = nextColumn;
            Group.Barrier();

            nextRow = features[at + row];
            nextColumn = features[at + column];
            pixel += Depth;
            at = first + IntrinsicMath.Min(pixel, pixels) * quads;

            sums.MultiplyAdd(rowsShared.SubView(rowsRead), 16, columnsShared.SubView(columnsRead));
            store += flip;
            rowsRead += flip;
            columnsRead += flip;
            flip = -flip;
        }

        if (Grid.IdxY <= Grid.IdxZ)
        {
            int channel = Grid.IdxY * GpuSmallTile.Rows + 4 * GpuMatrix.Row<GpuSmallTile>();
            int target = (Grid.IdxX * layout.Channels + channel) * quads
                + Grid.IdxZ * (GpuSmallTile.Columns / 4) + GpuMatrix.Column<GpuSmallTile>();
            partials[target] = sums.Row0;
            partials[target + quads] = sums.Row1;
            partials[target + 2 * quads] = sums.Row2;
            partials[target + 3 * quads] = sums.Row3;
        }
    }

    /// <summary>Whether the channels fill whole tiles.</summary>
    public static bool Takes(TensorShape features) => features.Channels % GpuSmallTile.Columns == 0;

    public void Launch(Tensor features, DeviceArray gram, float scale)
    {
        TensorShape shape = features.Shape;
        int channels = shape.Channels;
        int tiles = channels / GpuSmallTile.Columns;
        var layout = new PixelLayout(shape);
        int pixels = layout.Height * layout.RowPixels;
        int shareSteps = CeilingOf(pixels, MostShares(channels) * Depth);
        // Few pixels fill fewer shares.
        int shares = CeilingOf(pixels, shareSteps * Depth);
        DeviceArray partials = _partials.For(channels)[0];
        using (engine.Launch("GramForward (sums)", GramForward.Flop(shape),
            4.0 * shape.Length + 4.0 * shares * TriangleOf(tiles) * GpuSmallTile.Rows * GpuSmallTile.Columns))
        {
            _sums.Launch(new KernelConfig(new Index3D(shares, tiles, tiles), new Index3D(GpuSmallTile.Threads, 1, 1)),
                features.View.Cast<F4>(), partials.View.Cast<F4>(), layout, shareSteps);
        }
        _total.Launch(partials, shares, gram, channels, scale);
    }

    public void Dispose() => _partials.Dispose();

    /// <summary>
    /// Enough for 512 groups, about four on each multiprocessor of a large GPU, however few the tiles. Not by the
    /// device: the sums are to be the same everywhere.
    /// </summary>
    private static int MostShares(int channels) =>
        Math.Clamp(512 / TriangleOf(channels / GpuSmallTile.Columns), 8, 512);

    /// <summary>Tiles on and above the diagonal.</summary>
    private static int TriangleOf(int tiles) => tiles * (tiles + 1) / 2;

    private static int CeilingOf(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
