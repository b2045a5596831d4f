using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>Adds up a Gram matrix's partial sums in order and mirrors the upper triangle: G = s·Σ partials.</summary>
/// <remarks>Shapes: partials [shares][C][C] → gram [C,C]. Launch: flat, one work-item per element.</remarks>
internal sealed class GramTotal(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, float> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, float>(GramTotalKernel);

    private static void GramTotalKernel(
        ArrayView<float> partials, ArrayView<float> gram, int shares, int channels, float scale)
    {
        int item = FlatLaunch.Item;
        if (item < channels * channels)
        {
            int i = item / channels;
            int j = item - i * channels;
            int upper = IntrinsicMath.Min(i, j) * channels + IntrinsicMath.Max(i, j);
            float sum = 0;
            for (int share = 0; share < shares; share++)
                sum += partials[share * channels * channels + upper];
            gram[item] = scale * sum;
        }
    }

    public void Launch(DeviceArray partials, int shares, DeviceArray gram, int channels, float scale)
    {
        double elements = (double)channels * channels;
        using (engine.Launch("GramForward (total)", shares * elements, 4.0 * (shares + 1) * elements))
            _kernel(FlatLaunch.Over(channels * channels), partials.View, gram.View, shares, channels, scale);
    }
}
