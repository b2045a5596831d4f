using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y = a + b over all elements: where a residual block joins what goes around it.</summary>
/// <remarks>
/// Shapes: a, b, y [H,W,C]. Launch: one work-item per quad of the whole buffer; border and padding are zero and stay so.
/// Overwrites y.
/// </remarks>
public sealed class AdditionForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int> _kernel =
        new(engine, AdditionForwardKernel);

    private static void AdditionForwardKernel(ArrayView<F4> a, ArrayView<F4> b, ArrayView<F4> y, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = a[i] + b[i];
    }

    /// <summary>output = a + b.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor a, Tensor b, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(a);
        Require.Shape(nameof(AdditionForward), b, a.Shape);
        Require.Shape(nameof(AdditionForward), output, a.Shape);
        int count = (int)(a.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(AdditionForward), a.Shape.Length, 12.0 * a.Shape.Length))
            _kernel.Launch(FlatLaunch.Over(count), a.View.Cast<F4>(), b.View.Cast<F4>(), output.View.Cast<F4>(), count);
    }
}

/// <summary>The backward pass of <see cref="AdditionForward"/> to one of the two: dx (+)= dy.</summary>
/// <remarks>Shapes: dx, dy [H,W,C]. Launch: one work-item per quad of the whole buffer.</remarks>
public sealed class AdditionBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, int, float> _kernel =
        new(engine, AdditionBackwardKernel);

    private static void AdditionBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride, int count, float keep)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            gradInput[i] = Accumulate.Onto(
                gradInput[i], Accumulate.Rectify(gradOutput[i], mask[i * maskStride]), keep);
        }
    }

    /// <summary>gradInput (+)= gradOutput.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradOutput);
        TensorShape shape = gradOutput.Shape;
        Require.Shape(nameof(AdditionBackward), gradInput, shape);
        if (rectifiedBy is not null)
            Require.Shape(nameof(AdditionBackward), rectifiedBy, shape);
        int count = (int)(shape.BorderedLength / 4);
        using (engine.Launch(nameof(AdditionBackward), 0,
            4.0 * shape.Length + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(count), gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy), count, Accumulate.Keep(write));
        }
    }
}
