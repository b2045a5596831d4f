using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd F(4×4,3×3) for OpenCL on a CPU (see <see cref="WinogradTile"/>), in two shapes: fused, and in three
/// passes.
/// </summary>
/// <remarks>
/// Products V [36][tiles][n], weights U [36][m/32][n][32], sums M [36][tiles][m] = V·U plane by plane in
/// <see cref="RegisterTile"/>s of 12 tiles × 32 channels.
/// Fused: a work-item takes 12 tiles at a time through all three stages in a scratch of its own, which stays in the
/// second-level cache; launched with a few work-items per core, each with its share of the tiles.
/// Three passes (transform, multiply, transform back) over as many tiles as the workspace holds, one work-item per
/// tile, per plane and 12 tiles, per tile: where the weights outgrow the cache, all tiles pass under a panel of them
/// while it is there. Group size 1, no barrier.
/// </remarks>
internal sealed class WinogradCpu(Engine engine)
{
    /// <summary>Floats of V and M together that three passes work on at a time: 40 MiB.</summary>
    private const long WorkspaceFloats = 10 << 20;

    /// <summary>Shares per core in the fused shape: enough that a core slowed by other work hands some over.</summary>
    private const int SharesPerCore = 8;

    /// <summary>
    /// Terms summed from zero before they are added to the rest: one sum of 512 terms would double the error.
    /// </summary>
    private const int SumLength = 128;

    /// <summary>Largest n·m whose weights (36·n·m floats) the fused shape may reread for every 12 tiles.</summary>
    private const int FusedChannelProduct = 128 * 256;

    private readonly Action<KernelConfig, ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int, int> _transform =
        engine.Accelerator.LoadStreamKernel<ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int, int>(
            WinogradInputCpuKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<F16>, ArrayView<F16>, int, int, int, int>
        _multiply = engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<F16>, ArrayView<F16>, int, int, int, int>(WinogradMultiplyCpuKernel);

    private readonly Action<KernelConfig, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout,
        int, int, int, Epilogue> _transformBack = engine.Accelerator.LoadStreamKernel<
            ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int, int, Epilogue>(
            WinogradOutputCpuKernel);

    private readonly Action<KernelConfig, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        ArrayView<F16>, ArrayView<float>, PixelLayout, PixelLayout, int, int, Epilogue> _fused =
            engine.Accelerator.LoadStreamKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
                ArrayView<F16>, ArrayView<float>, PixelLayout, PixelLayout, int, int, Epilogue>(
                WinogradFusedCpuKernel);

    private static void WinogradInputCpuKernel(
        ArrayView<F16> input, ArrayView<F16> products, PixelLayout layout, int tileColumns, int firstTile, int rows)
    {
        int vectors = layout.Channels / 16;
        TransformTile(
            input, layout, tileColumns, firstTile + Grid.IdxX, products, Grid.IdxX * vectors, rows * vectors);
    }

    private static void WinogradMultiplyCpuKernel(
        ArrayView<float> products, ArrayView<F16> weights, ArrayView<F16> sums, int rows, int rowBlocks, int contracted,
        int produced)
    {
        int plane = Grid.IdxX / rowBlocks;
        int row = plane * rows + (Grid.IdxX - plane * rowBlocks) * RegisterTile.Rows;
        MultiplyRows(products, row * contracted, weights, plane, sums, row * (produced / 16), contracted, produced);
    }

    private static void WinogradOutputCpuKernel(
        ArrayView<F16> sums, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output, PixelLayout layout,
        int tileColumns, int firstTile, int rows, Epilogue epilogue)
    {
        int vectors = layout.Channels / 16;
        StoreTile(
            sums, Grid.IdxX * vectors, rows * vectors, bias, mask, output, layout, tileColumns,
            firstTile + Grid.IdxX, epilogue);
    }

    private static void WinogradFusedCpuKernel(
        ArrayView<F16> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output,
        ArrayView<float> workspace, PixelLayout inputLayout, PixelLayout outputLayout, int tileColumns, int tileCount,
        Epilogue epilogue)
    {
        int contracted = inputLayout.Channels;
        int produced = outputLayout.Channels;
        int productFloats = WinogradTile.Products * RegisterTile.Rows * contracted;
        int sumFloats = WinogradTile.Products * RegisterTile.Rows * produced;
        ArrayView<float> products = workspace.SubView(
            Grid.IdxX * (productFloats + sumFloats), productFloats);
        ArrayView<F16> productVectors = products.Cast<F16>();
        ArrayView<F16> sums = workspace.SubView(
            Grid.IdxX * (productFloats + sumFloats) + productFloats, sumFloats).Cast<F16>();
        int inputVectors = contracted / 16;
        int outputVectors = produced / 16;

        int blocks = (tileCount + RegisterTile.Rows - 1) / RegisterTile.Rows;
        int end = blocks * (Grid.IdxX + 1) / Grid.DimX;
        for (int block = blocks * Grid.IdxX / Grid.DimX; block < end; block++)
        {
            int first = block * RegisterTile.Rows;
            int count = IntrinsicMath.Min(RegisterTile.Rows, tileCount - first);
            for (int i = 0; i < count; i++)
            {
                TransformTile(
                    input, inputLayout, tileColumns, first + i, productVectors, i * inputVectors,
                    RegisterTile.Rows * inputVectors);
            }
            for (int plane = 0; plane < WinogradTile.Products; plane++)
            {
                MultiplyRows(
                    products, plane * RegisterTile.Rows * contracted, weights, plane,
                    sums, plane * RegisterTile.Rows * outputVectors, contracted, produced);
            }
            for (int i = 0; i < count; i++)
            {
                StoreTile(
                    sums, i * outputVectors, RegisterTile.Rows * outputVectors, bias, mask, output, outputLayout,
                    tileColumns, first + i, epilogue);
            }
        }
    }

    /// <summary>One tile's products, for all channels.</summary>
    private static void TransformTile(
        ArrayView<F16> input, PixelLayout layout, int tileColumns, int tile, ArrayView<F16> products, int target,
        int plane)
    {
        int row = tile / tileColumns * WinogradTile.Side;
        int column = tile % tileColumns * WinogradTile.Side;
        int pixelPitch = layout.Pitch / 16;
        int rowPitch = layout.RowPixels * pixelPitch;
        int first = row * rowPitch + column * pixelPitch;
        for (int vector = 0; vector < layout.Channels / 16; vector++)
            WinogradTransform.Input(input, first + vector, pixelPitch, rowPitch, products, target + vector, plane);
    }

    /// <summary>12 tiles' sums of one plane, for all produced channels.</summary>
    private static void MultiplyRows(
        ArrayView<float> products, int firstProduct, ArrayView<F16> weights, int plane, ArrayView<F16> sums,
        int firstSum, int contracted, int produced)
    {
        int blocks = produced / RegisterTile.Columns;
        for (int block = 0; block < blocks; block++)
        {
            int panel = (plane * blocks + block) * contracted * RegisterTile.Vectors;
            int target = firstSum + block * RegisterTile.Vectors;
            RegisterTile tile = default;
            tile.MultiplyAdd(
                products, firstProduct, contracted, 1, weights, panel, RegisterTile.Vectors,
                IntrinsicMath.Min(contracted, SumLength));
            tile.Store(sums, target, produced / 16);
            for (int first = SumLength; first < contracted; first += SumLength)
            {
                RegisterTile next = default;
                next.MultiplyAdd(
                    products, firstProduct + first, contracted, 1, weights, panel + first * RegisterTile.Vectors,
                    RegisterTile.Vectors, IntrinsicMath.Min(contracted - first, SumLength));
                next.AddInto(sums, target, produced / 16);
            }
        }
    }

    /// <summary>One tile's outputs, for all channels; those past the map's edge are dropped.</summary>
    private static void StoreTile(
        ArrayView<F16> sums, int source, int plane, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output,
        PixelLayout layout, int tileColumns, int tile, Epilogue epilogue)
    {
        int row = tile / tileColumns * WinogradTile.Side;
        int column = tile % tileColumns * WinogradTile.Side;
        int rowsLeft = layout.Height - row;
        int columnsLeft = layout.Width - column;
        int pixelPitch = layout.Pitch / 16;
        int rowPitch = layout.RowPixels * pixelPitch;
        int first = (row + 1) * rowPitch + (column + 1) * pixelPitch;
        for (int vector = 0; vector < layout.Channels / 16; vector++)
        {
            var outputs = new WinogradOutputTile(sums, source + vector, plane);
            F16 addend = bias[vector];
            int index = first + vector;
            StoreRow(output, index, pixelPitch, columnsLeft, outputs.Row0, addend, mask, epilogue);
            if (rowsLeft > 1)
                StoreRow(output, index + rowPitch, pixelPitch, columnsLeft, outputs.Row1, addend, mask, epilogue);
            if (rowsLeft > 2)
                StoreRow(output, index + 2 * rowPitch, pixelPitch, columnsLeft, outputs.Row2, addend, mask, epilogue);
            if (rowsLeft > 3)
                StoreRow(output, index + 3 * rowPitch, pixelPitch, columnsLeft, outputs.Row3, addend, mask, epilogue);
        }
    }

    private static void StoreRow(
        ArrayView<F16> output, int index, int pixelPitch, int columnsLeft, WinogradOutput row, F16 bias,
        ArrayView<F16> mask, Epilogue epilogue)
    {
        epilogue.Store(output, index, row.Q0, bias, mask);
        if (columnsLeft > 1)
            epilogue.Store(output, index + pixelPitch, row.Q1, bias, mask);
        if (columnsLeft > 2)
            epilogue.Store(output, index + 2 * pixelPitch, row.Q2, bias, mask);
        if (columnsLeft > 3)
            epilogue.Store(output, index + 3 * pixelPitch, row.Q3, bias, mask);
    }

    /// <summary>Whether both channel counts fill whole vectors and tiles.</summary>
    public static bool Takes(TensorShape input, TensorShape output) =>
        input.Channels % 16 == 0 && output.Channels % RegisterTile.Columns == 0;

    /// <summary>Whether a pass is faster fused than in three passes; docs/performance.md has the measurements.</summary>
    public static bool IsFused(TensorShape input, TensorShape output) =>
        input.Channels * output.Channels <= FusedChannelProduct;

    /// <summary>Floats of the workspace that a pass needs.</summary>
    public static long Workspace(Engine engine, TensorShape input, TensorShape output)
    {
        long perTile = (long)WinogradTile.Products * (input.Channels + output.Channels);
        return IsFused(input, output)
            ? perTile * RegisterTile.Rows * Shares(engine, output)
            : perTile * ChunkTiles(input, output);
    }

    public void Launch(in ConvolutionPass pass)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        ArrayView<F16> weights = pass.Packed(
            WeightTransform.Winograd, input.Channels, output.Channels, RegisterTile.Columns).View.Cast<F16>();
        ArrayView<float> workspace =
            engine.Get(e => new ConvolutionWorkspace(e)).Reserve(Workspace(engine, input, output));
        if (IsFused(input, output))
            LaunchFused(pass, weights, workspace);
        else
            LaunchThreePasses(pass, weights, workspace);
    }

    private void LaunchFused(in ConvolutionPass pass, ArrayView<F16> weights, ArrayView<float> workspace)
    {
        TensorShape output = pass.Output.Shape;
        var tiles = new WinogradTile(output);
        using (new WinogradCost(pass, tiles.Count).Fused(engine))
        {
            _fused((Shares(engine, output), 1), pass.Input.View.Cast<F16>(), weights, pass.Bias.View.Cast<F16>(),
                pass.Mask16(engine), pass.Output.View.Cast<F16>(), workspace, new PixelLayout(pass.Input.Shape),
                new PixelLayout(output), tiles.Columns, tiles.Count, pass.Epilogue);
        }
    }

    private void LaunchThreePasses(in ConvolutionPass pass, ArrayView<F16> weights, ArrayView<float> workspace)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        var tiles = new WinogradTile(output);
        int rows = ChunkTiles(input, output);
        long productFloats = (long)WinogradTile.Products * rows * input.Channels;
        long sumFloats = (long)WinogradTile.Products * rows * output.Channels;
        ArrayView<float> products = workspace.SubView(0, productFloats);
        ArrayView<F16> sums = workspace.SubView(productFloats, sumFloats).Cast<F16>();
        for (int first = 0; first < tiles.Count; first += rows)
        {
            int count = Math.Min(rows, tiles.Count - first);
            int rowBlocks = (count + RegisterTile.Rows - 1) / RegisterTile.Rows;
            var cost = new WinogradCost(pass, count);
            using (cost.Transform(engine))
            {
                _transform((count, 1), pass.Input.View.Cast<F16>(), products.Cast<F16>(), new PixelLayout(input),
                    tiles.Columns, first, rows);
            }
            using (cost.Multiply(engine))
            {
                _multiply((WinogradTile.Products * rowBlocks, 1), products, weights, sums, rows, rowBlocks,
                    input.Channels, output.Channels);
            }
            using (cost.TransformBack(engine))
            {
                _transformBack((count, 1), sums, pass.Bias.View.Cast<F16>(), pass.Mask16(engine),
                    pass.Output.View.Cast<F16>(), new PixelLayout(output), tiles.Columns, first, rows, pass.Epilogue);
            }
        }
    }

    /// <summary>Work-items of the fused shape.</summary>
    private static int Shares(Engine engine, TensorShape output)
    {
        int blocks = (new WinogradTile(output).Count + RegisterTile.Rows - 1) / RegisterTile.Rows;
        return Math.Min(blocks, engine.Device.Multiprocessors * SharesPerCore);
    }

    /// <summary>Tiles that three passes take at a time: whole register tiles, as many as the workspace holds.</summary>
    private static int ChunkTiles(TensorShape input, TensorShape output)
    {
        long fitting = WorkspaceFloats / (WinogradTile.Products * (input.Channels + output.Channels));
        long needed = Math.Min(Math.Max(fitting, 1), new WinogradTile(output).Count);
        return (int)((needed + RegisterTile.Rows - 1) / RegisterTile.Rows * RegisterTile.Rows);
    }
}
