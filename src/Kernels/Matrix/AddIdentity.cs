using ILGPU;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>A matrix and the identity, weighted: y = α·x + γ·I.</summary>
/// <remarks>Shapes: x, y [n,n]. Overwrites y. Launch: one work-item per element.</remarks>
internal sealed class AddIdentity(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, float, float> _kernel =
        new(engine, AddIdentityKernel);

    private static void AddIdentityKernel(ArrayView<float> x, ArrayView<float> y, int n, float alpha, float gamma)
    {
        int item = FlatLaunch.Item;
        if (item < n * n)
        {
            int row = item / n;
            y[item] = alpha * x[item] + (item - row * n == row ? gamma : 0f);
        }
    }

    /// <summary>y = alpha · x + gamma · I. The lengths must have been checked.</summary>
    public void Launch(DeviceArray x, DeviceArray y, int n, float alpha, float gamma)
    {
        using (engine.Launch(nameof(AddIdentity), (double)n * n, 8.0 * n * n))
            _kernel.Launch(FlatLaunch.Over(n * n), x.View, y.View, n, alpha, gamma);
    }
}
