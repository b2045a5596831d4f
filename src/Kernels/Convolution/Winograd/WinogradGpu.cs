using ILGPU;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd F(4×4,3×3) on a GPU (see <see cref="WinogradTile"/>), in three passes: transform, 36 matrix products,
/// transform back.
/// </summary>
/// <remarks>
/// Products V [36][tiles][n], weights U [36][n][m], sums M [36][tiles][m]; the tiles in equal shares that fit the
/// workspace. Bᵀ and Aᵀ: see <see cref="WinogradTransform"/>.
/// Launch, transforms: flat, one work-item per tile and channel, channels fastest; every tile of the map past the
/// edge is computed, its outputs there are not stored. Launch, products: grid Z = 36, on <see cref="GpuMatrix"/>.
/// </remarks>
internal sealed class WinogradGpu(Engine engine)
{
    /// <summary>Floats of V and M together that are worked on at a time: 128 MiB.</summary>
    private const long WorkspaceFloats = 32 << 20;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, int, int, int> _transform =
        new(engine, WinogradInputGpuKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, PixelLayout,
        int, int, int, Epilogue> _transformBack = new(engine, WinogradOutputGpuKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, GpuProduct> _multiplyWide =
        new(engine, WinogradMultiplyWideGpuKernel, GpuWideTile.Specialization);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, GpuProduct> _multiplyNarrow =
        new(engine, WinogradMultiplyNarrowGpuKernel, GpuNarrowTile.Specialization);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, GpuProduct> _multiplySmall =
        new(engine, WinogradMultiplySmallGpuKernel, GpuSmallTile.Specialization);

    /// <summary>The matrix products' kernels and what they are compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
    [
        GpuKernel.Of(WinogradMultiplyWideGpuKernel, GpuWideTile.Specialization),
        GpuKernel.Of(WinogradMultiplyNarrowGpuKernel, GpuNarrowTile.Specialization),
        GpuKernel.Of(WinogradMultiplySmallGpuKernel, GpuSmallTile.Specialization),
    ];

    private static void WinogradInputGpuKernel(
        ArrayView<float> input, ArrayView<float> products, PixelLayout layout, int tileColumns, int firstTile,
        int tiles)
    {
        int plane = tiles * layout.Channels;
        int item = FlatLaunch.Item;
        if (item < plane)
        {
            int tile = item / layout.Channels;
            int channel = item - tile * layout.Channels;
            tile += firstTile;
            int tileRow = tile / tileColumns;
            int rowPitch = layout.RowPixels * layout.Pitch;
            int first = tileRow * WinogradTile.Side * rowPitch
                + (tile - tileRow * tileColumns) * WinogradTile.Side * layout.Pitch + channel;
            WinogradInputColumn column0 = WinogradInputColumn.Of(input, first, rowPitch);
            WinogradInputColumn column1 = WinogradInputColumn.Of(input, first + layout.Pitch, rowPitch);
            WinogradInputColumn column2 = WinogradInputColumn.Of(input, first + 2 * layout.Pitch, rowPitch);
            WinogradInputColumn column3 = WinogradInputColumn.Of(input, first + 3 * layout.Pitch, rowPitch);
            WinogradInputColumn column4 = WinogradInputColumn.Of(input, first + 4 * layout.Pitch, rowPitch);
            WinogradInputColumn column5 = WinogradInputColumn.Of(input, first + 5 * layout.Pitch, rowPitch);
            WinogradInputColumn.Of(column0.P0, column1.P0, column2.P0, column3.P0, column4.P0, column5.P0)
                .Store(products, item, plane);
            WinogradInputColumn.Of(column0.P1, column1.P1, column2.P1, column3.P1, column4.P1, column5.P1)
                .Store(products, item + 6 * plane, plane);
            WinogradInputColumn.Of(column0.P2, column1.P2, column2.P2, column3.P2, column4.P2, column5.P2)
                .Store(products, item + 12 * plane, plane);
            WinogradInputColumn.Of(column0.P3, column1.P3, column2.P3, column3.P3, column4.P3, column5.P3)
                .Store(products, item + 18 * plane, plane);
            WinogradInputColumn.Of(column0.P4, column1.P4, column2.P4, column3.P4, column4.P4, column5.P4)
                .Store(products, item + 24 * plane, plane);
            WinogradInputColumn.Of(column0.P5, column1.P5, column2.P5, column3.P5, column4.P5, column5.P5)
                .Store(products, item + 30 * plane, plane);
        }
    }

    private static void WinogradMultiplyWideGpuKernel(
        ArrayView<F4> products, ArrayView<F4> weights, ArrayView<F4> sums, int productPlane, GpuProduct product)
    {
        int row = Grid.IdxX * GpuWideTile.Rows;
        int column = Grid.IdxY * (GpuWideTile.Columns / 4);
        GpuSums tile = GpuMatrix.Multiply<GpuWideTile>(
            products, Grid.IdxZ * productPlane, row, weights,
            Grid.IdxZ * product.LeftPitch * 4 * product.RightPitch + column, product).Sums;
        row += 4 * GpuMatrix.Row<GpuWideTile>();
        int first = (Grid.IdxZ * product.Rows + row) * product.RightPitch + column + GpuMatrix.Column<GpuWideTile>();
        Store(sums, first, 0, row, 16, tile.Row0, product);
        Store(sums, first, 1, row, 16, tile.Row1, product);
        Store(sums, first, 2, row, 16, tile.Row2, product);
        Store(sums, first, 3, row, 16, tile.Row3, product);
        Store(sums, first, 64, row, 16, tile.Row4, product);
        Store(sums, first, 65, row, 16, tile.Row5, product);
        Store(sums, first, 66, row, 16, tile.Row6, product);
        Store(sums, first, 67, row, 16, tile.Row7, product);
    }

    private static void WinogradMultiplyNarrowGpuKernel(
        ArrayView<F4> products, ArrayView<F4> weights, ArrayView<F4> sums, int productPlane, GpuProduct product)
    {
        int row = Grid.IdxX * GpuNarrowTile.Rows;
        int column = Grid.IdxY * (GpuNarrowTile.Columns / 4);
        GpuSums tile = GpuMatrix.Multiply<GpuNarrowTile>(
            products, Grid.IdxZ * productPlane, row, weights,
            Grid.IdxZ * product.LeftPitch * 4 * product.RightPitch + column, product).Sums;
        row += 4 * GpuMatrix.Row<GpuNarrowTile>();
        int first = (Grid.IdxZ * product.Rows + row) * product.RightPitch + column + GpuMatrix.Column<GpuNarrowTile>();
        Store(sums, first, 0, row, 8, tile.Row0, product);
        Store(sums, first, 1, row, 8, tile.Row1, product);
        Store(sums, first, 2, row, 8, tile.Row2, product);
        Store(sums, first, 3, row, 8, tile.Row3, product);
        Store(sums, first, 64, row, 8, tile.Row4, product);
        Store(sums, first, 65, row, 8, tile.Row5, product);
        Store(sums, first, 66, row, 8, tile.Row6, product);
        Store(sums, first, 67, row, 8, tile.Row7, product);
    }

    private static void WinogradMultiplySmallGpuKernel(
        ArrayView<F4> products, ArrayView<F4> weights, ArrayView<F4> sums, int productPlane, GpuProduct product)
    {
        int row = Grid.IdxX * GpuSmallTile.Rows;
        int column = Grid.IdxY * (GpuSmallTile.Columns / 4);
        GpuSmallSums tile = GpuMatrix.Multiply<GpuSmallTile>(
            products, Grid.IdxZ * productPlane, row, weights,
            Grid.IdxZ * product.LeftPitch * 4 * product.RightPitch + column, product).Sums;
        row += 4 * GpuMatrix.Row<GpuSmallTile>();
        int first = (Grid.IdxZ * product.Rows + row) * product.RightPitch + column + GpuMatrix.Column<GpuSmallTile>();
        if (row < product.Rows)
            sums[first] = tile.Row0;
        if (row + 1 < product.Rows)
            sums[first + product.RightPitch] = tile.Row1;
        if (row + 2 < product.Rows)
            sums[first + 2 * product.RightPitch] = tile.Row2;
        if (row + 3 < product.Rows)
            sums[first + 3 * product.RightPitch] = tile.Row3;
    }

    private static void WinogradOutputGpuKernel(
        ArrayView<float> sums, ArrayView<float> bias, ArrayView<float> mask, ArrayView<float> output,
        PixelLayout layout, int tileColumns, int firstTile, int tiles, Epilogue epilogue)
    {
        int plane = tiles * layout.Channels;
        int item = FlatLaunch.Item;
        if (item < plane)
        {
            int tile = item / layout.Channels;
            int channel = item - tile * layout.Channels;
            tile += firstTile;
            int row = tile / tileColumns * WinogradTile.Side;
            int column = tile % tileColumns * WinogradTile.Side;
            float addend = bias[channel];
            WinogradOutputColumn column0 = WinogradOutputColumn.Of(sums, item, 6 * plane);
            WinogradOutputColumn column1 = WinogradOutputColumn.Of(sums, item + plane, 6 * plane);
            WinogradOutputColumn column2 = WinogradOutputColumn.Of(sums, item + 2 * plane, 6 * plane);
            WinogradOutputColumn column3 = WinogradOutputColumn.Of(sums, item + 3 * plane, 6 * plane);
            WinogradOutputColumn column4 = WinogradOutputColumn.Of(sums, item + 4 * plane, 6 * plane);
            WinogradOutputColumn column5 = WinogradOutputColumn.Of(sums, item + 5 * plane, 6 * plane);
            StoreRow(output, layout, row, column, channel, WinogradOutputColumn.Of(
                column0.Q0, column1.Q0, column2.Q0, column3.Q0, column4.Q0, column5.Q0), addend, mask, epilogue);
            StoreRow(output, layout, row + 1, column, channel, WinogradOutputColumn.Of(
                column0.Q1, column1.Q1, column2.Q1, column3.Q1, column4.Q1, column5.Q1), addend, mask, epilogue);
            StoreRow(output, layout, row + 2, column, channel, WinogradOutputColumn.Of(
                column0.Q2, column1.Q2, column2.Q2, column3.Q2, column4.Q2, column5.Q2), addend, mask, epilogue);
            StoreRow(output, layout, row + 3, column, channel, WinogradOutputColumn.Of(
                column0.Q3, column1.Q3, column2.Q3, column3.Q3, column4.Q3, column5.Q3), addend, mask, epilogue);
        }
    }

    private static void Store(
        ArrayView<F4> sums, int first, int offset, int row, int distance, GpuSums.Row tile, GpuProduct product)
    {
        if (row + offset < product.Rows)
        {
            sums[first + offset * product.RightPitch] = tile.Left;
            sums[first + offset * product.RightPitch + distance] = tile.Right;
        }
    }

    private static void StoreRow(
        ArrayView<float> output, PixelLayout layout, int row, int column, int channel, WinogradOutputColumn values,
        float bias, ArrayView<float> mask, Epilogue epilogue)
    {
        if (row < layout.Height)
        {
            int index = layout.Offset(row, column) + channel;
            epilogue.Store(output, index, values.Q0, bias, mask);
            if (column + 1 < layout.Width)
                epilogue.Store(output, index + layout.Pitch, values.Q1, bias, mask);
            if (column + 2 < layout.Width)
                epilogue.Store(output, index + 2 * layout.Pitch, values.Q2, bias, mask);
            if (column + 3 < layout.Width)
                epilogue.Store(output, index + 3 * layout.Pitch, values.Q3, bias, mask);
        }
    }

    /// <summary>
    /// Whether the channels fill whole steps and tiles; with fewer than 64, the transforms cost what it saves.
    /// </summary>
    public static bool Takes(TensorShape input, TensorShape output) =>
        input.Channels % 64 == 0 && output.Channels % GpuNarrowTile.Columns == 0;

    /// <summary>Floats of the workspace that a pass needs.</summary>
    public static long Workspace(TensorShape input, TensorShape output) =>
        (long)WinogradTile.Products * (input.Channels + output.Channels) * ChunkTiles(input, output);

    public void Launch(in ConvolutionPass pass)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        ArrayView<float> weights = pass.Packed(
            WeightTransform.Winograd, input.Channels, output.Channels, output.Channels).View;
        ArrayView<float> workspace = engine.Get(e => new ConvolutionWorkspace(e)).Reserve(Workspace(input, output));
        var tiles = new WinogradTile(output);
        int chunk = ChunkTiles(input, output);
        ArrayView<float> products = workspace.SubView(0, (long)WinogradTile.Products * chunk * input.Channels);
        ArrayView<float> sums = workspace.SubView(
            products.Length, (long)WinogradTile.Products * chunk * output.Channels);
        for (int first = 0; first < tiles.Count; first += chunk)
        {
            int count = Math.Min(chunk, tiles.Count - first);
            var cost = new WinogradCost(pass, count);
            using (cost.Transform(engine))
            {
                _transform.Launch(
                    FlatLaunch.Over(count * input.Channels), pass.Input.View, products, new PixelLayout(input),
                    tiles.Columns, first, count);
            }
            using (cost.Multiply(engine))
                Multiply(products, weights, sums, count, input.Channels, output.Channels);
            using (cost.TransformBack(engine))
            {
                _transformBack.Launch(FlatLaunch.Over(count * output.Channels), sums, pass.Bias.View,
                    Ones.IfNull(engine, pass.RectifiedBy), pass.Output.View, new PixelLayout(output),
                    tiles.Columns, first, count, pass.Epilogue);
            }
        }
    }

    private void Multiply(
        ArrayView<float> products, ArrayView<float> weights, ArrayView<float> sums, int rows, int contracted,
        int produced)
    {
        GpuTileShape tile = GpuMatrix.Choose(engine, rows, contracted, produced, WinogradTile.Products);
        int steps = contracted / GpuMatrix.DepthOf(tile);
        (tile switch
        {
            GpuTileShape.Wide => _multiplyWide,
            GpuTileShape.Narrow => _multiplyNarrow,
            _ => _multiplySmall,
        }).Launch(
            GpuMatrix.Grid(tile, rows, produced, WinogradTile.Products), products.Cast<F4>(), weights.Cast<F4>(),
            sums.Cast<F4>(), rows * contracted / 4,
            new GpuProduct(rows, contracted / 4, produced / 4, steps, steps, runJump: 0));
    }

    /// <summary>Tiles that are taken at a time.</summary>
    private static int ChunkTiles(TensorShape input, TensorShape output) => new WinogradTile(output).Share(
        WorkspaceFloats / (WinogradTile.Products * (input.Channels + output.Channels)));
}

/// <summary>Bᵀ times a column of six, for one channel.</summary>
/// <remarks>
/// As <see cref="WinogradInput"/> in differences, for the same reason: six equal inputs must give exact zeros.
/// </remarks>
internal struct WinogradInputColumn
{
    public float P0;
    public float P1;
    public float P2;
    public float P3;
    public float P4;
    public float P5;

    public WinogradInputColumn(float p0, float p1, float p2, float p3, float p4, float p5)
    {
        P0 = p0;
        P1 = p1;
        P2 = p2;
        P3 = p3;
        P4 = p4;
        P5 = p5;
    }

    public static WinogradInputColumn Of(ArrayView<float> input, int first, int rowPitch) => Of(
        input[first], input[first + rowPitch], input[first + 2 * rowPitch],
        input[first + 3 * rowPitch], input[first + 4 * rowPitch], input[first + 5 * rowPitch]);

    public static WinogradInputColumn Of(float d0, float d1, float d2, float d3, float d4, float d5)
    {
        float even = d4 - 4f * d2;
        float odd = d3 - 4f * d1;
        float evenFar = d4 - d2;
        float oddFar = 2f * (d3 - d1);
        return new WinogradInputColumn(
            4f * (d0 - d2) + (d4 - d2),
            even + odd,
            even - odd,
            evenFar + oddFar,
            evenFar - oddFar,
            4f * (d1 - d3) + (d5 - d3));
    }

    /// <summary>Stores a row of six products.</summary>
    public readonly void Store(ArrayView<float> products, int target, int plane)
    {
        products[target] = P0;
        products[target + plane] = P1;
        products[target + 2 * plane] = P2;
        products[target + 3 * plane] = P3;
        products[target + 4 * plane] = P4;
        products[target + 5 * plane] = P5;
    }
}

/// <summary>Aᵀ times a column of six, for one channel.</summary>
internal struct WinogradOutputColumn
{
    public float Q0;
    public float Q1;
    public float Q2;
    public float Q3;

    public WinogradOutputColumn(float q0, float q1, float q2, float q3)
    {
        Q0 = q0;
        Q1 = q1;
        Q2 = q2;
        Q3 = q3;
    }

    public static WinogradOutputColumn Of(ArrayView<float> sums, int first, int pitch) => Of(
        sums[first], sums[first + pitch], sums[first + 2 * pitch],
        sums[first + 3 * pitch], sums[first + 4 * pitch], sums[first + 5 * pitch]);

    public static WinogradOutputColumn Of(float m0, float m1, float m2, float m3, float m4, float m5)
    {
        float even = m1 + m2;
        float odd = m1 - m2;
        float evenFar = m3 + m4;
        float oddFar = m3 - m4;
        return new WinogradOutputColumn(
            m0 + even + evenFar,
            odd + 2f * oddFar,
            even + 4f * evenFar,
            odd + 8f * oddFar + m5);
    }
}
