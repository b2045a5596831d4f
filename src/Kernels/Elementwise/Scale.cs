using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y = a·x over all elements; a = 1 copies.</summary>
/// <remarks>
/// Shapes: x, y [H,W,C]. Launch: one work-item per quad of the whole buffer; border and padding are zero in
/// both and stay so. Overwrites y.
/// </remarks>
public sealed class Scale(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, float, int> _kernel = new(engine, ScaleKernel);

    private static void ScaleKernel(ArrayView<F4> x, ArrayView<F4> y, float a, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = F4.Broadcast(a) * x[i];
    }

    /// <summary>y = scale·x.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, float scale, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(Scale), y, x.Shape);
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(Scale), x.Shape.Length, 8.0 * x.Shape.Length))
            _kernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), y.View.Cast<F4>(), scale, count);
    }
}
