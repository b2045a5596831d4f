using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Gradient of a convolution's weights on a GPU: for each row of the kernel the product of the windows' runs with the
/// output's gradient, the pixels split into shares whose sums are added in order.
/// </summary>
/// <remarks>
/// partials[share, run, n, m] = Σ window[p, run, n]·dy[p, m] over a share's pixels p, in tiles of 64 × 64: as
/// <see cref="GpuSmallTile"/>, but both factors are read along channels, so that nothing is transposed. What a tile has
/// past n or m repeats the last and is not stored.
/// Launch: grid X over shares, Y over runs and tiles of n, Z over tiles of m. A total follows, one work-item per
/// weight.
/// </remarks>
internal sealed class WeightProductGpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, WindowSource, PixelLayout, int> _sums =
        new(engine, WeightProductGpuKernel, GpuSmallTile.Specialization);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, KernelTaps, int, int, int, int> _total =
        new(engine, WeightTotalGpuKernel);

    private readonly MapReader _maps = engine.Get(e => new MapReader(e));

    /// <summary>The sums' kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(WeightProductGpuKernel, GpuSmallTile.Specialization)];

    private static int Depth => GpuSmallTile.Depth;

    private static int Buffer => Depth * GpuSmallTile.Columns / 4;

    private static void WeightProductGpuKernel(
        ArrayView<F4> input, ArrayView<F4> gradOutput, ArrayView<F4> partials, WindowSource source,
        PixelLayout layout, int shareSteps)
    {
        ArrayView<F4> rowsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<F4> columnsShared = SharedMemory.Allocate<F4>(2 * Buffer);
        int thread = Group.IdxX;
        int runQuads = source.RunLength / 4;
        int quads = layout.Pitch / 4;
        int rowTiles = (runQuads + 15) / 16;
        int run = Grid.IdxY / rowTiles;
        int rowQuad = (Grid.IdxY - run * rowTiles) * 16;
        int columnQuad = Grid.IdxZ * 16;
        int row = run * (source.RunPitch / 4) + IntrinsicMath.Min(rowQuad + (thread & 15), runQuads - 1);
        int column = IntrinsicMath.Min(columnQuad + (thread & 15), quads - 1);
        int pixels = layout.Height * layout.Width;
        int pixel = Grid.IdxX * shareSteps * Depth + (thread >> 4);
        int rowsRead = GpuMatrix.Row<GpuSmallTile>();
        int columnsRead = GpuMatrix.Column<GpuSmallTile>();
        int store = thread;
        int flip = Buffer;
        F4 nextRow = input[Window(source, layout, pixel, pixels) + row];
        F4 nextColumn = gradOutput[Gradient(layout, pixel, pixels) + column];
        GpuSmallSums sums = default;
        for (int step = 0; step < shareSteps; step++)
        {
            rowsShared[store] = nextRow;
            columnsShared[store] = nextColumn;
            Group.Barrier();

            pixel += Depth;
            nextRow = input[Window(source, layout, pixel, pixels) + row];
            nextColumn = gradOutput[Gradient(layout, pixel, pixels) + column];

            sums.MultiplyAdd(rowsShared.SubView(rowsRead), 16, columnsShared.SubView(columnsRead));
            store += flip;
            rowsRead += flip;
            columnsRead += flip;
            flip = -flip;
        }

        rowQuad += GpuMatrix.Row<GpuSmallTile>();
        columnQuad += GpuMatrix.Column<GpuSmallTile>();
        if ((rowQuad < runQuads) & (columnQuad < quads))
        {
            int target = ((Grid.IdxX * source.Runs + run) * source.RunLength + 4 * rowQuad) * quads + columnQuad;
            partials[target] = sums.Row0;
            partials[target + quads] = sums.Row1;
            partials[target + 2 * quads] = sums.Row2;
            partials[target + 3 * quads] = sums.Row3;
        }
    }

    /// <summary>Where the window of a pixel begins, in quads; past the last pixel that of the last.</summary>
    private static int Window(WindowSource source, PixelLayout layout, int pixel, int pixels)
    {
        int known = IntrinsicMath.Min(pixel, pixels - 1);
        int row = known / layout.Width;
        return source.Offset(row, known - row * layout.Width) / 4;
    }

    /// <summary>Where the gradient of a pixel begins, in quads; past the last pixel the border's zeros.</summary>
    private static int Gradient(PixelLayout layout, int pixel, int pixels)
    {
        int row = pixel / layout.Width;
        return Utilities.Select(pixel < pixels, layout.Offset(row, pixel - row * layout.Width) / 4, 0);
    }

    private static void WeightTotalGpuKernel(
        ArrayView<float> partials, ArrayView<float> gradWeights, KernelTaps taps, int contractedPitch, int outputPitch,
        int outputChannels, int shares)
    {
        int item = FlatLaunch.Item;
        if (item < taps.Side * taps.Side * taps.Channels * outputChannels)
        {
            int row = item / outputChannels;
            int k = item - row * outputChannels;
            int tap = row / taps.Channels;
            int c = row - tap * taps.Channels;
            int source = (tap * contractedPitch + c) * outputPitch + k;
            int share = taps.Side * taps.Side * contractedPitch * outputPitch;
            float sum = 0;
            for (int i = 0; i < shares; i++)
                sum += partials[source + i * share];
            gradWeights[row * taps.Pitch + k] += sum;
        }
    }

    /// <summary>What it needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> Scratch(in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(0, Partials(shape));

    public void Launch(Tensor input, Tensor gradOutput, DeviceArray gradWeights, in ValidConvolutionShape shape)
    {
        MapWindows windows = _maps.Read(input, 0);
        WindowSource source = windows.Source(0, 0, shape.Kernel, shape.Kernel, shape.Stride);
        ArrayView<float> partials = _maps.Workspace.ReserveWeights(Partials(shape));
        int shares = Shares(shape);
        using (engine.Launch("ValidConvolutionBackwardWeights (direct)", shape.Flop,
            4.0 * (input.Shape.Length + gradOutput.Shape.Length + Partials(shape))))
        {
            _sums.Launch(
                new KernelConfig(
                    new Index3D(shares, shape.Kernel * TilesOf(source.RunLength), TilesOf(shape.Output.PaddedChannels)),
                    new Index3D(GpuSmallTile.Threads, 1, 1)),
                windows.View.Cast<F4>(), gradOutput.View.Cast<F4>(), partials.Cast<F4>(), source,
                new PixelLayout(gradOutput.Shape), ShareSteps(shape));
        }
        int count = shape.Kernel * shape.Kernel * shape.Input.Channels * shape.OutputChannels;
        using (engine.Launch(nameof(ShareTotal), (double)shares * count, 4.0 * (shares + 2) * count))
        {
            _total.Launch(FlatLaunch.Over(count), partials, gradWeights.View, new KernelTaps(shape),
                shape.Input.PaddedChannels, shape.Output.PaddedChannels, shape.OutputChannels, shares);
        }
    }

    private static int Partials(in ValidConvolutionShape shape) => checked(
        Shares(shape) * shape.Kernel * shape.Kernel * shape.Input.PaddedChannels * shape.Output.PaddedChannels);

    private static int ShareSteps(in ValidConvolutionShape shape)
    {
        // Enough for 512 groups, about four on each multiprocessor of a large GPU. Not by the device: the sums are to
        // be the same everywhere.
        int tiles = shape.Kernel * TilesOf(shape.Kernel * shape.Input.PaddedChannels)
            * TilesOf(shape.Output.PaddedChannels);
        return CeilingOf(shape.Output.Pixels, Math.Clamp(512 / tiles, 4, 128) * Depth);
    }

    private static int Shares(in ValidConvolutionShape shape) =>
        CeilingOf(shape.Output.Pixels, ShareSteps(shape) * Depth);

    private static int TilesOf(int length) => CeilingOf(length, GpuSmallTile.Columns);

    private static int CeilingOf(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
