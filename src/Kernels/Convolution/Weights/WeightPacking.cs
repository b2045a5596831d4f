using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Puts a convolution's weights into a form's own order (see <see cref="WeightOrder"/>).
/// </summary>
/// <remarks>
/// Winograd's products are U = G·g·Gᵀ for the 3×3 kernel g of a pair of channels, with
/// G = [¼ 0 0; −⅙ −⅙ −⅙; −⅙ ⅙ −⅙; 1/24 1/12 ⅙; 1/24 −1/12 ⅙; 0 0 1]. Source: Lavin and Gray 2015,
/// arXiv:1509.09308. Launch: flat, one work-item per pair of channels, produced channels fastest. The backward pass's
/// contracted channels lie side by side in the taps: there a work-item makes the products of four of these, and a warp
/// takes two quads of them and 16 produced channels, so that it reads and writes whole sectors of memory.
/// </remarks>
internal sealed class WeightPacking(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, TapLayout, int, int, int> _taps =
        new(engine, PackTapsKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, TapLayout, int, int> _winograd =
        new(engine, PackWinogradKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<float>, TapLayout, int, int> _winogradBackward =
        new(engine, PackWinogradBackwardKernel);

    private static void PackTapsKernel(
        ArrayView<float> taps, ArrayView<float> packed, TapLayout source, int contracted, int produced, int block)
    {
        int item = FlatLaunch.Item;
        if (item < contracted * produced)
        {
            int n = item / produced;
            int m = item - n * produced;
            int first = (m / block * ConvolutionWeights.TapCount * contracted + n) * block + m % block;
            for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
                packed[first + tap * contracted * block] = taps[source.Offset(tap, n, m)];
        }
    }

    private static void PackWinogradKernel(
        ArrayView<float> taps, ArrayView<float> packed, TapLayout source, int contracted, int produced)
    {
        int item = FlatLaunch.Item;
        if (item < contracted * produced)
        {
            int n = item / produced;
            int m = item - n * produced;
            StoreProducts(packed, item, contracted * produced,
                taps[source.Offset(0, n, m)], taps[source.Offset(1, n, m)], taps[source.Offset(2, n, m)],
                taps[source.Offset(3, n, m)], taps[source.Offset(4, n, m)], taps[source.Offset(5, n, m)],
                taps[source.Offset(6, n, m)], taps[source.Offset(7, n, m)], taps[source.Offset(8, n, m)]);
        }
    }

    private static void PackWinogradBackwardKernel(
        ArrayView<F4> taps, ArrayView<float> packed, TapLayout source, int contracted, int produced)
    {
        int item = FlatLaunch.Item;
        if (item < contracted / 4 * produced)
        {
            int pair = item / 2;
            int n = pair / produced * 8 + (item & 1) * 4;
            int m = pair % produced;
            F4 g0 = taps[source.Offset(0, n, m) / 4];
            F4 g1 = taps[source.Offset(1, n, m) / 4];
            F4 g2 = taps[source.Offset(2, n, m) / 4];
            F4 g3 = taps[source.Offset(3, n, m) / 4];
            F4 g4 = taps[source.Offset(4, n, m) / 4];
            F4 g5 = taps[source.Offset(5, n, m) / 4];
            F4 g6 = taps[source.Offset(6, n, m) / 4];
            F4 g7 = taps[source.Offset(7, n, m) / 4];
            F4 g8 = taps[source.Offset(8, n, m) / 4];
            int first = n * produced + m;
            int plane = contracted * produced;
            StoreProducts(packed, first, plane, g0.X, g1.X, g2.X, g3.X, g4.X, g5.X, g6.X, g7.X, g8.X);
            StoreProducts(packed, first + produced, plane, g0.Y, g1.Y, g2.Y, g3.Y, g4.Y, g5.Y, g6.Y, g7.Y, g8.Y);
            StoreProducts(packed, first + 2 * produced, plane, g0.Z, g1.Z, g2.Z, g3.Z, g4.Z, g5.Z, g6.Z, g7.Z, g8.Z);
            StoreProducts(packed, first + 3 * produced, plane, g0.W, g1.W, g2.W, g3.W, g4.W, g5.W, g6.W, g7.W, g8.W);
        }
    }

    /// <summary>G·g·Gᵀ of the kernel g, its taps by rows.</summary>
    private static void StoreProducts(
        ArrayView<float> packed, int first, int plane, float g0, float g1, float g2, float g3, float g4, float g5,
        float g6, float g7, float g8)
    {
        KernelTransform row0 = KernelTransform.Of(g0, g1, g2);
        KernelTransform row1 = KernelTransform.Of(g3, g4, g5);
        KernelTransform row2 = KernelTransform.Of(g6, g7, g8);
        KernelTransform.Of(row0.P0, row1.P0, row2.P0).Store(packed, first, plane);
        KernelTransform.Of(row0.P1, row1.P1, row2.P1).Store(packed, first + plane, plane);
        KernelTransform.Of(row0.P2, row1.P2, row2.P2).Store(packed, first + 2 * plane, plane);
        KernelTransform.Of(row0.P3, row1.P3, row2.P3).Store(packed, first + 3 * plane, plane);
        KernelTransform.Of(row0.P4, row1.P4, row2.P4).Store(packed, first + 4 * plane, plane);
        KernelTransform.Of(row0.P5, row1.P5, row2.P5).Store(packed, first + 5 * plane, plane);
    }

    /// <summary>Writes a layer's weights to an array of at least the order's length.</summary>
    public void Pack(ConvolutionWeights weights, WeightOrder order, DeviceArray packed)
    {
        var source = new TapLayout(weights, order.Backward);
        int pairs = order.Contracted * order.Produced;
        double flop = order.Transform == WeightTransform.Winograd
            ? WinogradCost.WeightFlop * order.Contracted * order.Produced
            : 0;
        using (engine.Launch(nameof(WeightPacking), flop, 4.0 * (weights.Taps.Length + order.Length)))
        {
            if (order.Transform == WeightTransform.Taps)
            {
                _taps.Launch(FlatLaunch.Over(pairs), weights.Taps.View, packed.View, source, order.Contracted,
                    order.Produced, order.Block);
            }
            else if (order.Backward)
            {
                _winogradBackward.Launch(FlatLaunch.Over(pairs / 4), weights.Taps.View.Cast<F4>(), packed.View, source,
                    order.Contracted, order.Produced);
            }
            else
            {
                _winograd.Launch(FlatLaunch.Over(pairs), weights.Taps.View, packed.View, source, order.Contracted,
                    order.Produced);
            }
        }
    }

    /// <summary>G times a column of three.</summary>
    internal struct KernelTransform
    {
        public float P0;
        public float P1;
        public float P2;
        public float P3;
        public float P4;
        public float P5;

        public KernelTransform(float p0, float p1, float p2, float p3, float p4, float p5)
        {
            P0 = p0;
            P1 = p1;
            P2 = p2;
            P3 = p3;
            P4 = p4;
            P5 = p5;
        }

        public static KernelTransform Of(float g0, float g1, float g2)
        {
            float even = (g0 + g2) * (-1f / 6f);
            float odd = g1 * (1f / 6f);
            float evenFar = g0 * (1f / 24f) + g2 * (1f / 6f);
            float oddFar = g1 * (1f / 12f);
            return new KernelTransform(g0 * 0.25f, even - odd, even + odd, evenFar + oddFar, evenFar - oddFar, g2);
        }

        /// <summary>Stores one column of U: products i·6 + column for i = 0 … 5.</summary>
        public void Store(ArrayView<float> packed, int first, int plane)
        {
            packed[first] = P0;
            packed[first + 6 * plane] = P1;
            packed[first + 12 * plane] = P2;
            packed[first + 18 * plane] = P3;
            packed[first + 24 * plane] = P4;
            packed[first + 30 * plane] = P5;
        }
    }
}
