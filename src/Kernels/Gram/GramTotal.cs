using ILGPU;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>Adds up a Gram matrix's partial sums in order and mirrors the upper triangle: G = s·Σ partials.</summary>
/// <remarks>
/// Shapes: partials [shares][C][C], only whose upper triangle is read, → gram [C,C]. Launch: flat, one work-item per
/// element; those below the diagonal do nothing.
/// </remarks>
internal sealed class GramTotal(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, float> _kernel =
        new(engine, GramTotalKernel);

    private static void GramTotalKernel(
        ArrayView<float> partials, ArrayView<float> gram, int shares, int channels, float scale)
    {
        int item = FlatLaunch.Item;
        if (item < channels * channels)
        {
            int i = item / channels;
            int j = item - i * channels;
            if (i <= j)
            {
                float sum = 0;
                for (int share = 0; share < shares; share++)
                    sum += partials[share * channels * channels + item];
                gram[item] = scale * sum;
                gram[j * channels + i] = scale * sum;
            }
        }
    }

    public void Launch(DeviceArray partials, int shares, DeviceArray gram, int channels, float scale)
    {
        double elements = (double)channels * channels;
        double upper = (elements + channels) / 2;
        using (engine.Launch("GramForward (total)", shares * upper, 4.0 * (shares * upper + elements)))
            _kernel.Launch(FlatLaunch.Over(channels * channels), partials.View, gram.View, shares, channels, scale);
    }
}
