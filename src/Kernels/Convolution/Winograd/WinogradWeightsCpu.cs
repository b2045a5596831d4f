using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd's weights U = G·g·Gᵀ for OpenCL on a CPU: made anew for each pass, 32 produced channels at a time.
/// </summary>
/// <remarks>
/// G = [¼ 0 0; −⅙ −⅙ −⅙; −⅙ ⅙ −⅙; 1/24 1/12 ⅙; 1/24 −1/12 ⅙; 0 0 1]. Source: Lavin and Gray 2015, arXiv:1509.09308.
/// Taps as <see cref="TapLayout"/> has them → U [36][blocks][n][32], panels of a <see cref="RegisterTile"/>; a plane
/// is a vector longer than its content, since 36 stores a power of two apart would share few lines of the cache.
/// Launch: one work-item per block of 32 produced and 16 contracted channels, group size 1. It goes over its taps,
/// which the first-level cache holds, once for each of the six columns of the products; in the backward pass it
/// transposes them first.
/// </remarks>
internal sealed class WinogradWeightsCpu(Engine engine)
{
    /// <summary>Floats of the products made at a time: 10 MiB, so that they stay in the third-level cache.</summary>
    private const long ScratchFloats = 10 << 18;

    /// <summary>Contracted channels of a work-item.</summary>
    public const int Depth = 16;

    /// <summary>Vectors from one tap to the next in the transposed copy.</summary>
    private const int TransposedPitch = Depth * RegisterTile.Vectors;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, TapLayout, int, int, int> _kernel =
        new(engine, WinogradWeightsCpuKernel);

    private static void WinogradWeightsCpuKernel(
        ArrayView<F16> taps, ArrayView<F16> weights, TapLayout layout, int contracted, int firstBlock, int blocks)
    {
        int chunks = contracted / Depth;
        int block = Grid.IdxX / chunks;
        int n = (Grid.IdxX - block * chunks) * Depth;
        Make(
            taps, layout, n, (firstBlock + block) * RegisterTile.Columns, weights,
            (block * contracted + n) * RegisterTile.Vectors, PlaneVectors(contracted, blocks));
    }

    /// <summary>The products of 16 contracted channels from n and 32 produced ones from m.</summary>
    /// <param name="taps">The kernel.</param>
    /// <param name="layout">Where its taps lie.</param>
    /// <param name="n">First contracted channel.</param>
    /// <param name="m">First produced channel.</param>
    /// <param name="weights">36 planes.</param>
    /// <param name="target">Where product 0 of the first pair goes, in vectors.</param>
    /// <param name="plane">Vectors from one plane to the next.</param>
    public static void Make(
        ArrayView<F16> taps, TapLayout layout, int n, int m, ArrayView<F16> weights, int target, int plane)
    {
        if (layout.IsBackward > 0)
        {
            ArrayView<F16> transposed = LocalMemory.Allocate<F16>(ConvolutionWeights.TapCount * TransposedPitch);
            ArrayView<F16> square = LocalMemory.Allocate<F16>(16);
            ArrayView<F16> spare = LocalMemory.Allocate<F16>(16);
            for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
            {
                for (int vector = 0; vector < RegisterTile.Vectors; vector++)
                {
                    int first = layout.Offset(tap, n, m + 16 * vector) / 16;
                    for (int i = 0; i < 16; i++)
                        square[i] = taps[first + i * (layout.Block / 16)];
                    F16.Transpose(square, spare);
                    for (int i = 0; i < Depth; i++)
                        transposed[tap * TransposedPitch + RegisterTile.Vectors * i + vector] = square[i];
                }
            }
            Transform(transposed, 0, RegisterTile.Vectors, TransposedPitch, weights, target, plane);
        }
        else
        {
            Transform(
                taps, layout.Offset(0, n, m) / 16, layout.Block / 16, layout.TapPitch / 16, weights, target, plane);
        }
    }

    private static void Transform(
        ArrayView<F16> taps, int first, int pitch, int tapPitch, ArrayView<F16> weights, int target, int plane)
    {
        for (int column = 0; column < WinogradTile.InputSide; column++)
        {
            // Row j of G makes column j of the products.
            float sign = Utilities.Select(column % 2 == 0, -1f, 1f);
            bool isFar = column == 3 | column == 4;
            F16 factor0 = F16.Broadcast(Utilities.Select(
                column == 0, 0.25f, Utilities.Select(column == 5, 0f, Utilities.Select(isFar, 1f / 24f, -1f / 6f))));
            F16 factor1 = F16.Broadcast(sign * Utilities.Select(
                column == 0 | column == 5, 0f, Utilities.Select(isFar, 1f / 12f, -1f / 6f)));
            F16 factor2 = F16.Broadcast(Utilities.Select(
                column == 0, 0f, Utilities.Select(column == 5, 1f, Utilities.Select(isFar, 1f / 6f, -1f / 6f))));
            for (int i = 0; i < Depth * RegisterTile.Vectors; i++)
            {
                int tap = first + i / RegisterTile.Vectors * pitch + i % RegisterTile.Vectors;
                F16 row0 = Row(taps, tap, tapPitch, factor0, factor1, factor2);
                F16 row1 = Row(taps, tap + 3 * tapPitch, tapPitch, factor0, factor1, factor2);
                F16 row2 = Row(taps, tap + 6 * tapPitch, tapPitch, factor0, factor1, factor2);
                F16 even = (row0 + row2) * F16.Broadcast(-1f / 6f);
                F16 odd = row1 * F16.Broadcast(1f / 6f);
                F16 evenFar = F16.MultiplyAdd(row2, F16.Broadcast(1f / 6f), row0 * F16.Broadcast(1f / 24f));
                F16 oddFar = row1 * F16.Broadcast(1f / 12f);
                int product = target + column * plane + i;
                weights[product] = row0 * F16.Broadcast(0.25f);
                weights[product + 6 * plane] = even - odd;
                weights[product + 12 * plane] = even + odd;
                weights[product + 18 * plane] = evenFar + oddFar;
                weights[product + 24 * plane] = evenFar - oddFar;
                weights[product + 30 * plane] = row2;
            }
        }
    }

    private static F16 Row(ArrayView<F16> taps, int first, int pitch, F16 factor0, F16 factor1, F16 factor2) =>
        F16.MultiplyAdd(
            factor2, taps[first + 2 * pitch], F16.MultiplyAdd(factor1, taps[first + pitch], factor0 * taps[first]));

    /// <summary>Vectors from one plane of the products to the next.</summary>
    public static int PlaneVectors(int contracted, int blocks) => contracted * blocks * RegisterTile.Vectors + 1;

    /// <summary>Blocks whose products are made at a time.</summary>
    public static int BlocksAtATime(TensorShape input, TensorShape output)
    {
        long fitting = ScratchFloats / (WinogradTile.Products * RegisterTile.Columns * input.Channels);
        return (int)Math.Clamp(fitting, 1, output.Channels / RegisterTile.Columns);
    }

    /// <summary>Floats that a pass's products take.</summary>
    public static long Scratch(TensorShape input, TensorShape output) =>
        16L * WinogradTile.Products * PlaneVectors(input.Channels, BlocksAtATime(input, output));

    /// <summary>Makes the products for some blocks of 32 produced channels.</summary>
    /// <param name="pass">The convolution.</param>
    /// <param name="firstBlock">The first block.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="weights">36 planes of <see cref="PlaneVectors"/>.</param>
    public void Launch(in ConvolutionPass pass, int firstBlock, int blocks, ArrayView<F16> weights) =>
        Launch(
            pass.Weights.Taps.View, new TapLayout(pass.Weights, pass.Backward), pass.Input.Shape.Channels, firstBlock,
            blocks, weights);

    /// <summary>The same for taps that lie as a layout says.</summary>
    public void Launch(
        ArrayView<float> taps, TapLayout layout, int contracted, int firstBlock, int blocks, ArrayView<F16> weights)
    {
        double pairs = (double)contracted * blocks * RegisterTile.Columns;
        using (engine.Launch("WinogradWeights", WinogradCost.WeightFlop * pairs,
            4 * (ConvolutionWeights.TapCount + WinogradTile.Products) * pairs))
        {
            _kernel.Launch((contracted / Depth * blocks, 1), taps.Cast<F16>(), weights, layout, contracted, firstBlock,
                blocks);
        }
    }
}
