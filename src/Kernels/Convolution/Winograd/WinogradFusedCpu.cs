using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd F(4×4,3×3) for OpenCL on a CPU, where few channels leave the weights in the cache: a work-item takes 12
/// tiles at a time through all three stages.
/// </summary>
/// <remarks>
/// Products V [36][12][n] and sums M [36][12][m] lie in a scratch of the work-item's own, which stays in the
/// second-level cache; weights U as <see cref="WinogradWeightsCpu"/> makes them, all blocks at once.
/// Launch: a few work-items per core, each with its share of the tiles; group size 1, no barrier.
/// </remarks>
internal sealed class WinogradFusedCpu(Engine engine)
{
    /// <summary>Shares per core: enough that a core slowed by other work hands some over.</summary>
    private const int SharesPerCore = 8;

    /// <summary>
    /// What the scratch takes at most, unless one share for each core takes more: at 128→256 enough for all 8 shares of
    /// each of 12 cores.
    /// </summary>
    private const int MostScratchBytes = 64 << 20;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        ArrayView<float>, PixelLayout, PixelLayout, int, int, Epilogue> _kernel = new(engine, WinogradFusedCpuKernel);

    private static void WinogradFusedCpuKernel(
        ArrayView<F16> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output,
        ArrayView<float> scratch, PixelLayout inputLayout, PixelLayout outputLayout, int tileColumns, int tileCount,
        Epilogue epilogue)
    {
        int contracted = inputLayout.Channels;
        int produced = outputLayout.Channels;
        int productPlane = WinogradTilesCpu.PlaneVectors(RegisterTile.Rows, contracted);
        int sumPlane = WinogradTilesCpu.PlaneVectors(RegisterTile.Rows, produced);
        int productFloats = WinogradTile.Products * productPlane * 16;
        int sumFloats = WinogradTile.Products * sumPlane * 16;
        int first = Grid.IdxX * (productFloats + sumFloats);
        ArrayView<float> products = scratch.SubView(first, productFloats);
        ArrayView<F16> sums = scratch.SubView(first + productFloats, sumFloats).Cast<F16>();
        int panels = produced / RegisterTile.Columns;
        int weightPlane = WinogradWeightsCpu.PlaneVectors(contracted, panels);

        int blocks = (tileCount + RegisterTile.Rows - 1) / RegisterTile.Rows;
        int end = blocks * (Grid.IdxX + 1) / Grid.DimX;
        for (int block = blocks * Grid.IdxX / Grid.DimX; block < end; block++)
        {
            int tile = block * RegisterTile.Rows;
            int count = IntrinsicMath.Min(RegisterTile.Rows, tileCount - tile);
            for (int i = 0; i < count; i++)
            {
                WinogradTilesCpu.Transform(
                    input, inputLayout, tileColumns, tile + i, products.Cast<F16>(), i * contracted / 16, productPlane);
            }
            for (int plane = 0; plane < WinogradTile.Products; plane++)
            {
                for (int panel = 0; panel < panels; panel++)
                {
                    WinogradTilesCpu.Multiply(
                        products, plane * productPlane * 16, RegisterTile.Rows, contracted, 0, contracted, weights,
                        plane * weightPlane + panel * contracted * RegisterTile.Vectors, sums,
                        plane * sumPlane + panel * RegisterTile.Vectors, produced / 16);
                }
            }
            for (int i = 0; i < count; i++)
            {
                WinogradTilesCpu.Store(
                    sums, i * produced / 16, sumPlane, bias, mask, output, outputLayout, tileColumns, tile + i,
                    epilogue);
            }
        }
    }

    /// <summary>Floats of the scratch.</summary>
    public static long Scratch(Engine engine, TensorShape input, TensorShape output) =>
        Shares(engine, input, output) * ShareFloats(input, output);

    public void Launch(in ConvolutionPass pass)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        ConvolutionWorkspace workspace = engine.Get(e => new ConvolutionWorkspace(e));
        ArrayView<float> scratch = workspace.Reserve(Scratch(engine, input, output));
        ArrayView<F16> weights = workspace.ReserveWeights(WinogradWeightsCpu.Scratch(input, output)).Cast<F16>();
        engine.Get(e => new WinogradWeightsCpu(e)).Launch(pass, 0, output.Channels / RegisterTile.Columns, weights);
        using (new WinogradCost(pass, new WinogradTile(output).Count).Fused(engine))
        {
            Launch(
                pass.Input.View, new PixelLayout(input), weights, pass.Bias.View, pass.Mask16(engine), pass.Output,
                pass.Epilogue, scratch);
        }
    }

    /// <summary>Launches the three stages; the caller brackets them.</summary>
    /// <param name="input">Pixels, of which the first is the top left of the first tile's 6×6.</param>
    /// <param name="inputLayout">The pixels' channels and rows.</param>
    /// <param name="weights">As <see cref="WinogradWeightsCpu"/> makes them, all blocks.</param>
    /// <param name="bias">Addends by channel.</param>
    /// <param name="mask">Rectified values for the epilogue's mask.</param>
    /// <param name="output">What is written.</param>
    /// <param name="epilogue">How to store.</param>
    /// <param name="scratch">As long as <see cref="Scratch"/> says.</param>
    public void Launch(
        ArrayView<float> input, PixelLayout inputLayout, ArrayView<F16> weights, ArrayView<float> bias,
        ArrayView<F16> mask, Tensor output, Epilogue epilogue, ArrayView<float> scratch)
    {
        var tiles = new WinogradTile(output.Shape);
        TensorShape contracted = output.Shape with { Channels = inputLayout.Channels };
        _kernel.Launch(
            (Shares(engine, contracted, output.Shape), 1), input.Cast<F16>(), weights, bias.Cast<F16>(), mask,
            output.View.Cast<F16>(), scratch, inputLayout, new PixelLayout(output.Shape), tiles.Columns, tiles.Count,
            epilogue);
    }

    private static int Shares(Engine engine, TensorShape input, TensorShape output)
    {
        int blocks = (new WinogradTile(output).Count + RegisterTile.Rows - 1) / RegisterTile.Rows;
        int affordable = (int)(MostScratchBytes / (sizeof(float) * ShareFloats(input, output)));
        int cores = engine.Multiprocessors;
        return Math.Min(blocks, Math.Clamp(affordable, cores, cores * SharesPerCore));
    }

    private static long ShareFloats(TensorShape input, TensorShape output) =>
        16L * WinogradTile.Products * (WinogradTilesCpu.PlaneVectors(RegisterTile.Rows, input.Channels)
            + WinogradTilesCpu.PlaneVectors(RegisterTile.Rows, output.Channels));
}
