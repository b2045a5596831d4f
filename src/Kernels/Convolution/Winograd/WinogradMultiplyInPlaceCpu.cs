using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The 36 matrix products of Winograd on a CPU, M = V·U, for few tiles: who multiplies makes the weights itself, a part
/// at a time that stays in its second-level cache, so that they never go through memory.
/// </summary>
/// <remarks>
/// V [36][tiles][n], M [36][tiles][m], planes of <see cref="WinogradTilesCpu.PlaneVectors"/>. A work-item takes a block
/// of 32 produced channels, and of the contracted ones 128 at a time: weights [36][128][32] into a scratch of its own,
/// then their products with all tiles, added to the sums so far. V is read once for each block, hence for few tiles.
/// Launch: two work-items per core, each with its share of the blocks; group size 1, no barrier.
/// </remarks>
internal sealed class WinogradMultiplyInPlaceCpu(Engine engine)
{
    /// <summary>Up to so many tiles rereading products costs less than writing and reading weights.</summary>
    private const int MostTiles = 128;

    private const int SharesPerCore = 2;

    /// <summary>Contracted channels whose weights are at hand at a time.</summary>
    private const int WeightDepth = 128;

    /// <summary>Vectors from one plane of the weights to the next.</summary>
    private const int WeightPlane = WeightDepth * RegisterTile.Vectors + 1;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, TapLayout, int, int,
        int> _kernel = new(engine, WinogradMultiplyInPlaceCpuKernel);

    private static void WinogradMultiplyInPlaceCpuKernel(
        ArrayView<float> products, ArrayView<F16> taps, ArrayView<F16> scratch, ArrayView<F16> sums, TapLayout layout,
        int rows, int contracted, int produced)
    {
        int blocks = produced / RegisterTile.Columns;
        int pitch = produced / 16;
        int weightLength = WinogradTile.Products * WeightPlane;
        ArrayView<F16> weights = scratch.SubView(Grid.IdxX * weightLength, weightLength);
        for (int block = Grid.IdxX; block < blocks; block += Grid.DimX)
        {
            for (int first = 0; first < contracted; first += WeightDepth)
            {
                int depth = IntrinsicMath.Min(contracted - first, WeightDepth);
                for (int n = 0; n < depth; n += WinogradWeightsCpu.Depth)
                {
                    WinogradWeightsCpu.Make(
                        taps, layout, first + n, block * RegisterTile.Columns, weights, n * RegisterTile.Vectors,
                        WeightPlane);
                }
                for (int plane = 0; plane < WinogradTile.Products; plane++)
                {
                    WinogradTilesCpu.Multiply(
                        products, plane * WinogradTilesCpu.PlaneVectors(rows, contracted) * 16, rows, contracted,
                        first, depth, weights, plane * WeightPlane, sums,
                        plane * WinogradTilesCpu.PlaneVectors(rows, produced) + block * RegisterTile.Vectors, pitch);
                }
            }
        }
    }

    /// <summary>
    /// Whether it beats <see cref="WinogradMultiplyCpu"/>: few tiles, and a block of produced channels for each core.
    /// </summary>
    public static bool IsFaster(Engine engine, TensorShape input, TensorShape output) =>
        new WinogradTile(input).Count <= MostTiles
        && output.Channels / RegisterTile.Columns >= engine.Multiprocessors;

    /// <summary>Floats of the weights at hand.</summary>
    public static long Scratch(Engine engine, TensorShape output) =>
        16L * WinogradTile.Products * WeightPlane * Shares(engine, output);

    /// <summary>Launches all products.</summary>
    /// <param name="pass">The convolution.</param>
    /// <param name="cost">Of its tiles.</param>
    /// <param name="products">V.</param>
    /// <param name="sums">M.</param>
    /// <param name="rows">Tiles, a multiple of 12.</param>
    public void Launch(
        in ConvolutionPass pass, in WinogradCost cost, ArrayView<float> products, ArrayView<F16> sums, int rows)
    {
        TensorShape output = pass.Output.Shape;
        ArrayView<F16> scratch = engine.Get(e => new ConvolutionWorkspace(e))
            .ReserveWeights(Scratch(engine, output)).Cast<F16>();
        using (cost.MultiplyInPlace(engine))
        {
            _kernel.Launch((Shares(engine, output), 1), products, pass.Weights.Taps.View.Cast<F16>(), scratch, sums,
                new TapLayout(pass.Weights, pass.Backward), rows, pass.Input.Shape.Channels, output.Channels);
        }
    }

    private static int Shares(Engine engine, TensorShape output) =>
        Math.Min(output.Channels / RegisterTile.Columns, engine.Multiprocessors * SharesPerCore);
}
