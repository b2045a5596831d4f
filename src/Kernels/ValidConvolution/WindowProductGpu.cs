using ILGPU;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Products of a map's windows with a weight matrix on a GPU (implicit GEMM): a convolution, or the part of its
/// backward pass that one phase of the stride is.
/// </summary>
/// <remarks>
/// output[p, m] = epilogue(bias[m] + Σ window[p, n]·weights[n, m]); weights have a row for each float of a window, m
/// padded with zeros to <see cref="ColumnMultiple"/>. Outputs are counted over the rows of what is read, so that a
/// window's place is linear in p; those of a row that are none are not stored: with a stride of 2 that is every second.
/// Launch: grid X over tiles of outputs, Y over tiles of channels; see <see cref="GpuMatrix"/> for the tiles.
/// </remarks>
internal sealed class WindowProductGpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, int,
        GpuProduct, WindowTarget, Epilogue> _narrow =
            new(engine, WindowProductNarrowGpuKernel, GpuNarrowTile.Specialization);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, int,
        GpuProduct, WindowTarget, Epilogue> _small =
            new(engine, WindowProductSmallGpuKernel, GpuSmallTile.Specialization);

    /// <summary>The kernels and what they are compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
    [
        GpuKernel.Of(WindowProductNarrowGpuKernel, GpuNarrowTile.Specialization),
        GpuKernel.Of(WindowProductSmallGpuKernel, GpuSmallTile.Specialization),
    ];

    /// <summary>Columns of the weights are a multiple of this: both tiles'.</summary>
    public static int ColumnMultiple => GpuNarrowTile.Columns;

    private static void WindowProductNarrowGpuKernel(
        ArrayView<F4> input, ArrayView<F4> weights, ArrayView<F4> bias, ArrayView<F4> mask, ArrayView<F4> output,
        int leftFirst, int rowOutputs, GpuProduct product, WindowTarget target, Epilogue epilogue)
    {
        int row = Grid.IdxX * GpuNarrowTile.Rows;
        int column = Grid.IdxY * (GpuNarrowTile.Columns / 4);
        GpuSums sums = GpuMatrix.Multiply<GpuNarrowTile>(input, leftFirst, row, weights, column, product).Sums;
        var place = new GpuWindowPlace(
            target, rowOutputs, row + 4 * GpuMatrix.Row<GpuNarrowTile>(), column + GpuMatrix.Column<GpuNarrowTile>());
        place.Store(output, 0, 8, sums.Row0, bias, mask, epilogue);
        place.Store(output, 1, 8, sums.Row1, bias, mask, epilogue);
        place.Store(output, 2, 8, sums.Row2, bias, mask, epilogue);
        place.Store(output, 3, 8, sums.Row3, bias, mask, epilogue);
        place.Store(output, 64, 8, sums.Row4, bias, mask, epilogue);
        place.Store(output, 65, 8, sums.Row5, bias, mask, epilogue);
        place.Store(output, 66, 8, sums.Row6, bias, mask, epilogue);
        place.Store(output, 67, 8, sums.Row7, bias, mask, epilogue);
    }

    private static void WindowProductSmallGpuKernel(
        ArrayView<F4> input, ArrayView<F4> weights, ArrayView<F4> bias, ArrayView<F4> mask, ArrayView<F4> output,
        int leftFirst, int rowOutputs, GpuProduct product, WindowTarget target, Epilogue epilogue)
    {
        int row = Grid.IdxX * GpuSmallTile.Rows;
        int column = Grid.IdxY * (GpuSmallTile.Columns / 4);
        GpuSmallSums sums = GpuMatrix.Multiply<GpuSmallTile>(input, leftFirst, row, weights, column, product).Sums;
        var place = new GpuWindowPlace(
            target, rowOutputs, row + 4 * GpuMatrix.Row<GpuSmallTile>(), column + GpuMatrix.Column<GpuSmallTile>());
        place.Store(output, 0, 0, sums.Row0, bias, mask, epilogue);
        place.Store(output, 1, 0, sums.Row1, bias, mask, epilogue);
        place.Store(output, 2, 0, sums.Row2, bias, mask, epilogue);
        place.Store(output, 3, 0, sums.Row3, bias, mask, epilogue);
    }

    /// <summary>Launches a product; the caller brackets it.</summary>
    /// <param name="input">What windows are read from.</param>
    /// <param name="source">How; whole quads.</param>
    /// <param name="rowPixels">Pixels of a row of what is read.</param>
    /// <param name="weights">A row of m, padded, for each float of a window.</param>
    /// <param name="bias">Addends by produced channel.</param>
    /// <param name="mask">Rectified values for the epilogue's mask.</param>
    /// <param name="output">The map that is written.</param>
    /// <param name="target">Its pixels that are outputs.</param>
    /// <param name="columns">m, padded.</param>
    /// <param name="epilogue">How to store.</param>
    public void Launch(
        ArrayView<float> input, in WindowSource source, int rowPixels, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> mask, Tensor output, in WindowTarget target, int columns, Epilogue epilogue)
    {
        int rows = (target.Height - 1) * rowPixels + target.Width;
        GpuTileShape tile = GpuMatrix.Choose(engine, rows, source.RunLength, columns, planes: 1) == GpuTileShape.Small
            ? GpuTileShape.Small
            : GpuTileShape.Narrow;
        int runSteps = source.RunLength / GpuMatrix.DepthOf(tile);
        (tile == GpuTileShape.Small ? _small : _narrow).Launch(
            GpuMatrix.Grid(tile, rows, columns, planes: 1), input.Cast<F4>(), weights.Cast<F4>(), bias.Cast<F4>(),
            mask.Cast<F4>(), output.View.Cast<F4>(), source.First / 4, rowPixels,
            new GpuProduct(
                rows, source.PixelPitch / 4, columns / 4, source.Runs * runSteps, runSteps,
                (source.RunPitch - source.RunLength) / 4),
            target, epilogue);
    }
}

/// <summary>Where a GPU thread stores its sums: some outputs of a row of tiles.</summary>
internal readonly struct GpuWindowPlace
{
    private readonly WindowTarget _target;
    private readonly int _rowOutputs;
    private readonly int _first;
    private readonly int _column;

    /// <param name="target">The outputs.</param>
    /// <param name="rowOutputs">Outputs that are counted to a row.</param>
    /// <param name="first">The first one.</param>
    /// <param name="column">First channel, in quads.</param>
    public GpuWindowPlace(WindowTarget target, int rowOutputs, int first, int column)
    {
        _target = target;
        _rowOutputs = rowOutputs;
        _first = first;
        _column = column;
    }

    /// <summary>Stores one output's 2 × 4 sums, the second four so many quads on.</summary>
    public void Store(
        ArrayView<F4> output, int distance, int step, GpuSums.Row sums, ArrayView<F4> bias, ArrayView<F4> mask,
        Epilogue epilogue)
    {
        Store(output, distance, 0, sums.Left, bias, mask, epilogue);
        Store(output, distance, step, sums.Right, bias, mask, epilogue);
    }

    /// <summary>Stores one output's 4 sums.</summary>
    public void Store(
        ArrayView<F4> output, int distance, int step, F4 sums, ArrayView<F4> bias, ArrayView<F4> mask,
        Epilogue epilogue)
    {
        int row = (_first + distance) / _rowOutputs;
        int column = _first + distance - row * _rowOutputs;
        int quad = _column + step;
        if ((row < _target.Height) & (column < _target.Width) & (quad < _target.Pitch / 4))
            epilogue.Store(output, _target.Offset(row, column) / 4 + quad, sums, bias[quad], mask);
    }
}
