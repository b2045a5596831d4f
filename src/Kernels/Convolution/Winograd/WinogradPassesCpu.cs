using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd F(4×4,3×3) for OpenCL on a CPU, where many channels make the weights outgrow the cache, in three passes:
/// transform, multiply, transform back.
/// </summary>
/// <remarks>
/// Products V [36][tiles][n], sums M [36][tiles][m], the tiles in equal shares that fit the workspace. M = V·U plane by
/// plane: <see cref="WinogradMultiplyInPlaceCpu"/> for few tiles, <see cref="WinogradMultiplyCpu"/> for many.
/// Launch, transforms: one work-item per tile, group size 1.
/// </remarks>
internal sealed class WinogradPassesCpu(Engine engine)
{
    /// <summary>Floats of V and M together: 40 MiB.</summary>
    private const long WorkspaceFloats = 10 << 20;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int, int> _transform =
        new(engine, WinogradInputCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int,
        int, Epilogue> _transformBack = new(engine, WinogradOutputCpuKernel);

    private static void WinogradInputCpuKernel(
        ArrayView<F16> input, ArrayView<F16> products, PixelLayout layout, int tileColumns, int firstTile, int plane) =>
        WinogradTilesCpu.Transform(
            input, layout, tileColumns, firstTile + Grid.IdxX, products, Grid.IdxX * (layout.Channels / 16), plane);

    private static void WinogradOutputCpuKernel(
        ArrayView<F16> sums, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output, PixelLayout layout,
        int tileColumns, int firstTile, int plane, Epilogue epilogue) =>
        WinogradTilesCpu.Store(
            sums, Grid.IdxX * (layout.Channels / 16), plane, bias, mask, output, layout, tileColumns,
            firstTile + Grid.IdxX, epilogue);

    /// <summary>Floats of products and sums.</summary>
    public static long Scratch(TensorShape input, TensorShape output)
    {
        int rows = ChunkTiles(input, output);
        return 16L * WinogradTile.Products
            * (WinogradTilesCpu.PlaneVectors(rows, input.Channels)
                + WinogradTilesCpu.PlaneVectors(rows, output.Channels));
    }

    public void Launch(in ConvolutionPass pass)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        ArrayView<float> scratch = engine.Get(e => new ConvolutionWorkspace(e)).Reserve(Scratch(input, output));
        var tiles = new WinogradTile(output);
        int chunk = ChunkTiles(input, output);
        bool inPlace = WinogradMultiplyInPlaceCpu.IsFaster(engine, input, output);
        for (int first = 0; first < tiles.Count; first += chunk)
        {
            int count = Math.Min(chunk, tiles.Count - first);
            int rows = WholeRegisterTiles(count);
            int productPlane = WinogradTilesCpu.PlaneVectors(rows, input.Channels);
            int sumPlane = WinogradTilesCpu.PlaneVectors(rows, output.Channels);
            ArrayView<float> products = scratch.SubView(0, 16L * WinogradTile.Products * productPlane);
            ArrayView<F16> sums = scratch.SubView(products.Length, 16L * WinogradTile.Products * sumPlane).Cast<F16>();
            var cost = new WinogradCost(pass, count);
            using (cost.Transform(engine))
            {
                _transform.Launch((count, 1), pass.Input.View.Cast<F16>(), products.Cast<F16>(), new PixelLayout(input),
                    tiles.Columns, first, productPlane);
            }
            if (inPlace)
                engine.Get(e => new WinogradMultiplyInPlaceCpu(e)).Launch(pass, cost, products, sums, rows);
            else
                engine.Get(e => new WinogradMultiplyCpu(e)).Launch(pass, cost, products, sums, rows);
            using (cost.TransformBack(engine))
            {
                _transformBack.Launch((count, 1), sums, pass.Bias.View.Cast<F16>(), pass.Mask16(engine),
                    pass.Output.View.Cast<F16>(), new PixelLayout(output), tiles.Columns, first, sumPlane,
                    pass.Epilogue);
            }
        }
    }

    /// <summary>Tiles that are taken at a time.</summary>
    private static int ChunkTiles(TensorShape input, TensorShape output)
    {
        long fitting = WorkspaceFloats / (WinogradTile.Products * (input.Channels + output.Channels));
        return WholeRegisterTiles(new WinogradTile(output).Share(fitting));
    }

    private static int WholeRegisterTiles(int tiles) =>
        (tiles + RegisterTile.Rows - 1) / RegisterTile.Rows * RegisterTile.Rows;
}
