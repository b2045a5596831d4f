using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y[i] (+)= a·x[i] / (norm + ε), the norm a number on the device.</summary>
/// <remarks>
/// Shapes: x, y [H,W,C]. With a rectified target the contribution is multiplied by (value &gt; 0). Launch: one
/// work-item per quad of the whole buffer; border and padding are zero in x and stay so in y.
/// </remarks>
public sealed class AddNormalized(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<float>, ArrayView<F4>, int, float, float,
        float, int> _kernel = new(engine, AddNormalizedKernel);

    private static void AddNormalizedKernel(
        ArrayView<F4> x, ArrayView<F4> y, ArrayView<float> norm, ArrayView<F4> rectifier, int rectifierStride,
        float scale, float epsilon, float keep, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            F4 contribution = F4.Broadcast(scale / (norm[0] + epsilon)) * x[i];
            y[i] = Accumulate.Onto(y[i], Accumulate.Rectify(contribution, rectifier[i * rectifierStride]), keep);
        }
    }

    /// <summary>y (+)= scale·x / (norm + epsilon).</summary>
    /// <param name="x">What is added.</param>
    /// <param name="norm">One number.</param>
    /// <param name="scale">a.</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <param name="y">What it is added to.</param>
    /// <param name="rectifiedBy">The rectified value that y is the gradient of; null for none.</param>
    /// <param name="write">Whether y is assigned or added to.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there is not one norm.</exception>
    public void Launch(
        Tensor x, DeviceArray norm, float scale, float epsilon, Tensor y, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(AddNormalized), y, x.Shape);
        Require.Length(nameof(AddNormalized), norm, 1);
        if (rectifiedBy is not null)
            Require.Shape(nameof(AddNormalized), rectifiedBy, x.Shape);
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(AddNormalized), 2.0 * x.Shape.Length,
            4.0 * x.Shape.Length + Accumulate.Bytes(x.Shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), y.View.Cast<F4>(), norm.View,
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy), scale, epsilon,
                Accumulate.Keep(write), count);
        }
    }
}
