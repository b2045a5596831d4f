using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>Adds up partial sums of shares in their order: sums[i] += Σ partials[share, i].</summary>
/// <remarks>Launch: flat, one work-item per sum.</remarks>
internal sealed class ShareTotal(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int> _kernel =
        new(engine, ShareTotalKernel);

    private static void ShareTotalKernel(ArrayView<float> partials, ArrayView<float> sums, int shares, int count)
    {
        int item = FlatLaunch.Item;
        if (item < count)
        {
            float sum = 0;
            for (int share = 0; share < shares; share++)
                sum += partials[share * count + item];
            sums[item] += sum;
        }
    }

    public void Launch(ArrayView<float> partials, int shares, DeviceArray sums, int count)
    {
        using (engine.Launch(nameof(ShareTotal), (double)shares * count, 4.0 * (shares + 2) * count))
            _kernel.Launch(FlatLaunch.Over(count), partials, sums.View, shares, count);
    }
}
