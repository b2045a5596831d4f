using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>A multiple of the identity: y = a·I.</summary>
/// <remarks>Shapes: y [n,n]. Launch: one work-item per element.</remarks>
public sealed class ScaledIdentity(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, int, float> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, int, float>(ScaledIdentityKernel);

    private static void ScaledIdentityKernel(ArrayView<float> y, int n, float value)
    {
        int item = FlatLaunch.Item;
        if (item < n * n)
        {
            int row = item / n;
            y[item] = item - row * n == row ? value : 0f;
        }
    }

    /// <summary>y = value·I.</summary>
    /// <exception cref="ArgumentException">The array does not hold n × n values.</exception>
    public void Launch(DeviceArray y, int n, float value)
    {
        Require.Length(nameof(ScaledIdentity), y, (long)n * n);
        using (engine.Launch(nameof(ScaledIdentity), 0, 4.0 * n * n))
            _kernel(FlatLaunch.Over(n * n), y.View, n, value);
    }
}
