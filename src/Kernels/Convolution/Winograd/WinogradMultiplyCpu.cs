using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The 36 matrix products of Winograd on a CPU, M = V·U, for many tiles: weights are made for some blocks of produced
/// channels, multiplied with all tiles, and overwritten by those of the next blocks.
/// </summary>
/// <remarks>
/// V [36][tiles][n], M [36][tiles][m], planes of <see cref="WinogradTilesCpu.PlaneVectors"/>; U as
/// <see cref="WinogradWeightsCpu"/> makes them, no more at a time than stay in the third-level cache.
/// Launch: one work-item per plane and up to 48 tiles, whose products stay in the second-level cache while all panels
/// of weights pass; group size 1, no barrier.
/// </remarks>
internal sealed class WinogradMultiplyCpu(Engine engine)
{
    /// <summary>Tiles of a work-item.</summary>
    private const int RowsAtATime = 4 * RegisterTile.Rows;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, int, int, int, int, int> _kernel =
        new(engine, WinogradMultiplyCpuKernel);

    private static void WinogradMultiplyCpuKernel(
        ArrayView<float> products, ArrayView<F16> weights, ArrayView<F16> sums, int rows, int contracted, int produced,
        int firstBlock, int blocks)
    {
        int groups = (rows + RowsAtATime - 1) / RowsAtATime;
        int plane = Grid.IdxX / groups;
        int row = (Grid.IdxX - plane * groups) * RowsAtATime;
        int pitch = produced / 16;
        int left = plane * WinogradTilesCpu.PlaneVectors(rows, contracted) * 16 + row * contracted;
        int panel = plane * WinogradWeightsCpu.PlaneVectors(contracted, blocks);
        int target = plane * WinogradTilesCpu.PlaneVectors(rows, produced) + row * pitch
            + firstBlock * RegisterTile.Vectors;
        for (int block = 0; block < blocks; block++)
        {
            WinogradTilesCpu.Multiply(
                products, left, IntrinsicMath.Min(RowsAtATime, rows - row), contracted, 0, contracted, weights,
                panel + block * contracted * RegisterTile.Vectors, sums, target + block * RegisterTile.Vectors, pitch);
        }
    }

    /// <summary>Makes all weights and launches all products.</summary>
    /// <param name="pass">The convolution.</param>
    /// <param name="cost">Of the tiles at hand.</param>
    /// <param name="products">V.</param>
    /// <param name="sums">M.</param>
    /// <param name="rows">Tiles, a multiple of 12.</param>
    public void Launch(
        in ConvolutionPass pass, in WinogradCost cost, ArrayView<float> products, ArrayView<F16> sums, int rows)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        WinogradWeightsCpu maker = engine.Get(e => new WinogradWeightsCpu(e));
        ArrayView<F16> weights = engine.Get(e => new ConvolutionWorkspace(e))
            .ReserveWeights(WinogradWeightsCpu.Scratch(input, output)).Cast<F16>();
        int blocks = output.Channels / RegisterTile.Columns;
        int atATime = WinogradWeightsCpu.BlocksAtATime(input, output);
        int groups = (rows + RowsAtATime - 1) / RowsAtATime;
        for (int block = 0; block < blocks; block += atATime)
        {
            int count = Math.Min(atATime, blocks - block);
            maker.Launch(pass, block, count, weights);
            using (cost.Multiply(engine, (double)count / blocks))
            {
                _kernel.Launch((WinogradTile.Products * groups, 1), products, weights, sums, rows, input.Channels,
                    output.Channels, block, count);
            }
        }
    }
}
