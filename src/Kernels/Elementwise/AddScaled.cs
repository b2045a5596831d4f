using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y += a·x over all elements (the BLAS's axpy).</summary>
/// <remarks>
/// Shapes: x, y [H,W,C]. Launch: one work-item per quad of the whole buffer; border and padding are zero in
/// both and stay so.
/// </remarks>
public sealed class AddScaled(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, float, int> _kernel = new(engine, AddScaledKernel);

    private static void AddScaledKernel(ArrayView<F4> x, ArrayView<F4> y, float a, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = y[i] + F4.Broadcast(a) * x[i];
    }

    /// <summary>y += scale·x.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, float scale, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(AddScaled), y, x.Shape);
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(AddScaled), 2.0 * x.Shape.Length, 12.0 * x.Shape.Length))
            _kernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), y.View.Cast<F4>(), scale, count);
    }
}
