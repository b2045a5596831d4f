using ILGPU;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Products of a map's pixels with a weight matrix on a GPU, the pixels' neighbours included where wanted: 3×3
/// convolutions (implicit GEMM) and the Gram matrix's gradient.
/// </summary>
/// <remarks>
/// output[p, m] = epilogue(Σ left[p, n]·weights[n, m]), where left[p] is what a 3×3 window over pixel p holds, or the
/// pixel alone. Pixels are counted over bordered rows, W + 2 to a row, so that loads need no predicate; the two of a
/// row that lie in the border are not stored. Weights [9][n][m] or [n][m], m a multiple of 64.
/// Launch: grid X over tiles of pixels, Y over tiles of channels; see <see cref="GpuMatrix"/> for the three tiles.
/// </remarks>
internal sealed class PixelProductGpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int,
        GpuProduct, PixelLayout, Epilogue> _wide = new(engine, PixelProductWideGpuKernel, GpuWideTile.Specialization);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int,
        GpuProduct, PixelLayout, Epilogue> _narrow =
            new(engine, PixelProductNarrowGpuKernel, GpuNarrowTile.Specialization);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int,
        GpuProduct, PixelLayout, Epilogue> _small =
            new(engine, PixelProductSmallGpuKernel, GpuSmallTile.Specialization);

    /// <summary>The kernels and what they are compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
    [
        GpuKernel.Of(PixelProductWideGpuKernel, GpuWideTile.Specialization),
        GpuKernel.Of(PixelProductNarrowGpuKernel, GpuNarrowTile.Specialization),
        GpuKernel.Of(PixelProductSmallGpuKernel, GpuSmallTile.Specialization),
    ];

    private static void PixelProductWideGpuKernel(
        ArrayView<F4> input, ArrayView<F4> weights, ArrayView<F4> bias, ArrayView<F4> mask, ArrayView<F4> output,
        int leftFirst, GpuProduct product, PixelLayout layout, Epilogue epilogue)
    {
        int row = Grid.IdxX * GpuWideTile.Rows;
        int column = Grid.IdxY * (GpuWideTile.Columns / 4);
        GpuSums sums = GpuMatrix.Multiply<GpuWideTile>(input, leftFirst, row, weights, column, product).Sums;
        var target = new GpuPixelTarget(
            layout, row + 4 * GpuMatrix.Row<GpuWideTile>(), column + GpuMatrix.Column<GpuWideTile>());
        F4 left = bias[target.Column];
        F4 right = bias[target.Column + 16];
        target.Store(output, 0, 16, sums.Row0, left, right, mask, epilogue);
        target.Store(output, 1, 16, sums.Row1, left, right, mask, epilogue);
        target.Store(output, 2, 16, sums.Row2, left, right, mask, epilogue);
        target.Store(output, 3, 16, sums.Row3, left, right, mask, epilogue);
        target.Store(output, 64, 16, sums.Row4, left, right, mask, epilogue);
        target.Store(output, 65, 16, sums.Row5, left, right, mask, epilogue);
        target.Store(output, 66, 16, sums.Row6, left, right, mask, epilogue);
        target.Store(output, 67, 16, sums.Row7, left, right, mask, epilogue);
    }

    private static void PixelProductNarrowGpuKernel(
        ArrayView<F4> input, ArrayView<F4> weights, ArrayView<F4> bias, ArrayView<F4> mask, ArrayView<F4> output,
        int leftFirst, GpuProduct product, PixelLayout layout, Epilogue epilogue)
    {
        int row = Grid.IdxX * GpuNarrowTile.Rows;
        int column = Grid.IdxY * (GpuNarrowTile.Columns / 4);
        GpuSums sums = GpuMatrix.Multiply<GpuNarrowTile>(input, leftFirst, row, weights, column, product).Sums;
        var target = new GpuPixelTarget(
            layout, row + 4 * GpuMatrix.Row<GpuNarrowTile>(), column + GpuMatrix.Column<GpuNarrowTile>());
        F4 left = bias[target.Column];
        F4 right = bias[target.Column + 8];
        target.Store(output, 0, 8, sums.Row0, left, right, mask, epilogue);
        target.Store(output, 1, 8, sums.Row1, left, right, mask, epilogue);
        target.Store(output, 2, 8, sums.Row2, left, right, mask, epilogue);
        target.Store(output, 3, 8, sums.Row3, left, right, mask, epilogue);
        target.Store(output, 64, 8, sums.Row4, left, right, mask, epilogue);
        target.Store(output, 65, 8, sums.Row5, left, right, mask, epilogue);
        target.Store(output, 66, 8, sums.Row6, left, right, mask, epilogue);
        target.Store(output, 67, 8, sums.Row7, left, right, mask, epilogue);
    }

    private static void PixelProductSmallGpuKernel(
        ArrayView<F4> input, ArrayView<F4> weights, ArrayView<F4> bias, ArrayView<F4> mask, ArrayView<F4> output,
        int leftFirst, GpuProduct product, PixelLayout layout, Epilogue epilogue)
    {
        int row = Grid.IdxX * GpuSmallTile.Rows;
        int column = Grid.IdxY * (GpuSmallTile.Columns / 4);
        GpuSmallSums sums = GpuMatrix.Multiply<GpuSmallTile>(input, leftFirst, row, weights, column, product).Sums;
        var target = new GpuPixelTarget(
            layout, row + 4 * GpuMatrix.Row<GpuSmallTile>(), column + GpuMatrix.Column<GpuSmallTile>());
        F4 addend = bias[target.Column];
        target.Store(output, 0, sums.Row0, addend, mask, epilogue);
        target.Store(output, 1, sums.Row1, addend, mask, epilogue);
        target.Store(output, 2, sums.Row2, addend, mask, epilogue);
        target.Store(output, 3, sums.Row3, addend, mask, epilogue);
    }

    /// <summary>Whether so many produced channels fill tiles; contracted ones, padded, fill steps.</summary>
    public static bool Takes(int produced) => produced % GpuNarrowTile.Columns == 0;

    /// <summary>Launches a product; the caller brackets it.</summary>
    /// <param name="input">What the left factor is read from.</param>
    /// <param name="window">3 for 3×3 windows, 1 for single pixels.</param>
    /// <param name="weights">Right factor.</param>
    /// <param name="bias">Addends by produced channel.</param>
    /// <param name="rectify">Whether ReLU ends the product.</param>
    /// <param name="rectifiedBy">The rectified value whose mask ends the product, or null.</param>
    /// <param name="output">Same size, m channels.</param>
    /// <param name="write">Assign or add.</param>
    public void Launch(
        Tensor input, int window, ArrayView<float> weights, ArrayView<float> bias, bool rectify, Tensor? rectifiedBy,
        Tensor output, GradientWrite write)
    {
        TensorShape shape = input.Shape;
        var layout = new PixelLayout(output.Shape);
        int rows = layout.Height * layout.RowPixels;
        int contracted = shape.PaddedChannels;
        int leftFirst = window == 1 ? shape.Origin / 4 : 0;
        int runJump = (layout.RowPixels - window) * contracted / 4;
        GpuTileShape tile = GpuMatrix.Choose(engine, rows, contracted, layout.Channels, planes: 1);
        (tile switch
        {
            GpuTileShape.Wide => _wide,
            GpuTileShape.Narrow => _narrow,
            _ => _small,
        }).Launch(
            GpuMatrix.Grid(tile, rows, layout.Channels, planes: 1), input.View.Cast<F4>(), weights.Cast<F4>(),
            bias.Cast<F4>(), Ones.IfNull(engine, rectifiedBy).Cast<F4>(), output.View.Cast<F4>(), leftFirst,
            new GpuProduct(
                rows, contracted / 4, layout.Channels / 4, window * window * contracted / GpuMatrix.DepthOf(tile),
                window * contracted / GpuMatrix.DepthOf(tile), runJump),
            layout, new Epilogue(rectify, rectifiedBy, write));
    }
}

/// <summary>Where a GPU thread stores its sums in a bordered map.</summary>
internal readonly struct GpuPixelTarget
{
    private readonly PixelLayout _layout;
    private readonly int _pixel;

    /// <param name="layout">The map.</param>
    /// <param name="pixel">First pixel, counted over bordered rows from pixel (0, 0).</param>
    /// <param name="column">First channel, in quads.</param>
    public GpuPixelTarget(PixelLayout layout, int pixel, int column)
    {
        _layout = layout;
        _pixel = pixel;
        Column = column;
    }

    /// <summary>First channel, in quads.</summary>
    public readonly int Column;

    /// <summary>Stores one pixel's 2 × 4 sums, the second four so many quads on.</summary>
    public void Store(
        ArrayView<F4> output, int row, int distance, GpuSums.Row sums, F4 left, F4 right, ArrayView<F4> mask,
        Epilogue epilogue)
    {
        if (IsInside(row))
        {
            epilogue.Store(output, Index(row), sums.Left, left, mask);
            epilogue.Store(output, Index(row) + distance, sums.Right, right, mask);
        }
    }

    /// <summary>Stores one pixel's 4 sums.</summary>
    public void Store(ArrayView<F4> output, int row, F4 sums, F4 bias, ArrayView<F4> mask, Epilogue epilogue)
    {
        if (IsInside(row))
            epilogue.Store(output, Index(row), sums, bias, mask);
    }

    private bool IsInside(int row) =>
        ((_pixel + row) % _layout.RowPixels < _layout.Width) & (_pixel + row < _layout.Height * _layout.RowPixels);

    private int Index(int row) => (_pixel + row + _layout.RowPixels + 1) * (_layout.Pitch / 4) + Column;
}
