using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>A weighted sum of two arrays: z = a·x + b·y.</summary>
/// <remarks>Shapes: x, y, z of one length; any of them may be the same. Launch: one work-item per element.</remarks>
public sealed class ArrayCombine(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, float, ArrayView<float>, float, ArrayView<float>, int> _kernel =
        new(engine, ArrayCombineKernel);

    private static void ArrayCombineKernel(
        ArrayView<float> x, float a, ArrayView<float> y, float b, ArrayView<float> z, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            z[i] = a * x[i] + b * y[i];
    }

    /// <summary>A sum over parts that come one by one: sum (+)= share·part.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Add(float share, DeviceArray part, DeviceArray sum, bool isFirst) =>
        Launch(isFirst ? 0 : 1, isFirst ? part : sum, share, part, sum);

    /// <summary>z = a·x + b·y.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Launch(float a, DeviceArray x, float b, DeviceArray y, DeviceArray z)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(ArrayCombine), y, x.Length);
        Require.Length(nameof(ArrayCombine), z, x.Length);
        int count = checked((int)x.Length);
        using (engine.Launch(nameof(ArrayCombine), 3.0 * count, 12.0 * count))
            _kernel.Launch(FlatLaunch.Over(count), x.View, a, y.View, b, z.View, count);
    }
}
