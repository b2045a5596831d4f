using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Puts a convolution's weights into a form's own order (see <see cref="WeightOrder"/>).
/// </summary>
/// <remarks>
/// Winograd's products are U = G·g·Gᵀ for the 3×3 kernel g of a pair of channels, with
/// G = [¼ 0 0; −⅙ −⅙ −⅙; −⅙ ⅙ −⅙; 1/24 1/12 ⅙; 1/24 −1/12 ⅙; 0 0 1]. Source: Lavin and Gray 2015,
/// arXiv:1509.09308. Launch: flat, one work-item per pair of channels, produced channels fastest. In the order of the
/// CPU's form, whose products are made anew for each pass, a work-item of its own group makes those of 16 produced
/// channels for <see cref="ChunkLength"/> contracted ones, so that neighbouring reads share cache lines in either order.
/// </remarks>
internal sealed class WeightPacking(Engine engine)
{
    /// <summary>Contracted channels of a work-item on a CPU.</summary>
    private const int ChunkLength = 32;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, SourceOrder, int, int, int> _taps =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, SourceOrder, int, int, int>(
            PackTapsKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, SourceOrder, int, int, int> _winograd =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, SourceOrder, int, int, int>(
            PackWinogradKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<F16>, SourceOrder, int, int, int> _winogradVectors =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<F16>, SourceOrder, int, int, int>(
            PackWinogradVectorsKernel);

    private static void PackTapsKernel(
        ArrayView<float> taps, ArrayView<float> packed, SourceOrder source, int contracted, int produced, int block)
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
        ArrayView<float> taps, ArrayView<float> packed, SourceOrder source, int contracted, int produced, int block)
    {
        int item = FlatLaunch.Item;
        if (item < contracted * produced)
        {
            int n = item / produced;
            int m = item - n * produced;
            KernelTransform row0 = KernelTransform.Of(
                taps[source.Offset(0, n, m)], taps[source.Offset(1, n, m)], taps[source.Offset(2, n, m)]);
            KernelTransform row1 = KernelTransform.Of(
                taps[source.Offset(3, n, m)], taps[source.Offset(4, n, m)], taps[source.Offset(5, n, m)]);
            KernelTransform row2 = KernelTransform.Of(
                taps[source.Offset(6, n, m)], taps[source.Offset(7, n, m)], taps[source.Offset(8, n, m)]);
            int plane = contracted * produced;
            int column = (m / block * contracted + n) * block + m % block;
            KernelTransform.Of(row0.P0, row1.P0, row2.P0).Store(packed, column, plane);
            KernelTransform.Of(row0.P1, row1.P1, row2.P1).Store(packed, column + plane, plane);
            KernelTransform.Of(row0.P2, row1.P2, row2.P2).Store(packed, column + 2 * plane, plane);
            KernelTransform.Of(row0.P3, row1.P3, row2.P3).Store(packed, column + 3 * plane, plane);
            KernelTransform.Of(row0.P4, row1.P4, row2.P4).Store(packed, column + 4 * plane, plane);
            KernelTransform.Of(row0.P5, row1.P5, row2.P5).Store(packed, column + 5 * plane, plane);
        }
    }

    private static void PackWinogradVectorsKernel(
        ArrayView<float> taps, ArrayView<F16> packed, SourceOrder source, int contracted, int produced, int block)
    {
        int vectors = produced / 16;
        int chunk = Grid.IdxX / vectors;
        int vector = Grid.IdxX - chunk * vectors;
        int m = 16 * vector;
        int plane = contracted * vectors;
        int end = IntrinsicMath.Min((chunk + 1) * ChunkLength, contracted);
        for (int n = chunk * ChunkLength; n < end; n++)
        {
            VectorTransform row0 = VectorTransform.Of(
                source.Gather(taps, 0, n, m), source.Gather(taps, 1, n, m), source.Gather(taps, 2, n, m));
            VectorTransform row1 = VectorTransform.Of(
                source.Gather(taps, 3, n, m), source.Gather(taps, 4, n, m), source.Gather(taps, 5, n, m));
            VectorTransform row2 = VectorTransform.Of(
                source.Gather(taps, 6, n, m), source.Gather(taps, 7, n, m), source.Gather(taps, 8, n, m));
            int column = ((m / block * contracted + n) * block + m % block) / 16;
            VectorTransform.Of(row0.P0, row1.P0, row2.P0).Store(packed, column, plane);
            VectorTransform.Of(row0.P1, row1.P1, row2.P1).Store(packed, column + plane, plane);
            VectorTransform.Of(row0.P2, row1.P2, row2.P2).Store(packed, column + 2 * plane, plane);
            VectorTransform.Of(row0.P3, row1.P3, row2.P3).Store(packed, column + 3 * plane, plane);
            VectorTransform.Of(row0.P4, row1.P4, row2.P4).Store(packed, column + 4 * plane, plane);
            VectorTransform.Of(row0.P5, row1.P5, row2.P5).Store(packed, column + 5 * plane, plane);
        }
    }

    /// <summary>Writes a layer's weights to an array of at least the order's length.</summary>
    public void Pack(ConvolutionWeights weights, WeightOrder order, DeviceArray packed)
    {
        var source = new SourceOrder(weights, order.Backward);
        KernelConfig flat = FlatLaunch.Over(order.Contracted * order.Produced);
        using (engine.Launch(nameof(WeightPacking), 0, 4.0 * (weights.Taps.Length + order.Length)))
        {
            if (order.Transform == WeightTransform.Taps)
            {
                _taps(flat, weights.Taps.View, packed.View, source, order.Contracted, order.Produced, order.Block);
            }
            else if (order.Block == RegisterTile.Columns)
            {
                int chunks = (order.Contracted + ChunkLength - 1) / ChunkLength;
                _winogradVectors((chunks * (order.Produced / 16), 1), weights.Taps.View, packed.View.Cast<F16>(),
                    source, order.Contracted, order.Produced, order.Block);
            }
            else
            {
                _winograd(flat, weights.Taps.View, packed.View, source, order.Contracted, order.Produced, order.Block);
            }
        }
    }

    /// <summary>Where [9][C′][K′] keeps a tap of contracted channel n and produced channel m.</summary>
    internal readonly struct SourceOrder
    {
        private readonly int _tapPitch;
        private readonly int _contractedPitch;
        private readonly int _producedPitch;
        private readonly int _firstTap;
        private readonly int _tapStep;

        public SourceOrder(ConvolutionWeights weights, bool backward)
        {
            int outputPitch = ConvolutionWeights.Padded(weights.OutputChannels);
            _tapPitch = ConvolutionWeights.Padded(weights.InputChannels) * outputPitch;
            _contractedPitch = backward ? 1 : outputPitch;
            _producedPitch = backward ? outputPitch : 1;
            _firstTap = backward ? ConvolutionWeights.TapCount - 1 : 0;
            _tapStep = backward ? -1 : 1;
        }

        public int Offset(int tap, int n, int m) =>
            (_firstTap + _tapStep * tap) * _tapPitch + n * _contractedPitch + m * _producedPitch;

        /// <summary>The tap for produced channels m to m + 15.</summary>
        public F16 Gather(ArrayView<float> taps, int tap, int n, int m)
        {
            int first = Offset(tap, n, m);
            int pitch = _producedPitch;
            return new F16(
                taps[first], taps[first + pitch], taps[first + 2 * pitch], taps[first + 3 * pitch],
                taps[first + 4 * pitch], taps[first + 5 * pitch], taps[first + 6 * pitch], taps[first + 7 * pitch],
                taps[first + 8 * pitch], taps[first + 9 * pitch], taps[first + 10 * pitch], taps[first + 11 * pitch],
                taps[first + 12 * pitch], taps[first + 13 * pitch], taps[first + 14 * pitch], taps[first + 15 * pitch]);
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

    /// <summary><see cref="KernelTransform"/> for 16 produced channels.</summary>
    internal struct VectorTransform
    {
        public F16 P0;
        public F16 P1;
        public F16 P2;
        public F16 P3;
        public F16 P4;
        public F16 P5;

        public static VectorTransform Of(F16 g0, F16 g1, F16 g2)
        {
            F16 even = (g0 + g2) * F16.Broadcast(-1f / 6f);
            F16 odd = g1 * F16.Broadcast(1f / 6f);
            F16 evenFar = g0 * F16.Broadcast(1f / 24f) + g2 * F16.Broadcast(1f / 6f);
            F16 oddFar = g1 * F16.Broadcast(1f / 12f);
            VectorTransform result = default;
            result.P0 = g0 * F16.Broadcast(0.25f);
            result.P1 = even - odd;
            result.P2 = even + odd;
            result.P3 = evenFar + oddFar;
            result.P4 = evenFar - oddFar;
            result.P5 = g2;
            return result;
        }

        /// <summary>Stores one column of U: products i·6 + column for i = 0 … 5.</summary>
        public readonly void Store(ArrayView<F16> packed, int first, int plane)
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
