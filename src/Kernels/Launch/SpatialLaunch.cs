using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Launches of operations that take each value from other positions of its own channel and have no parameter: max
/// pooling, padding, cropping.
/// </summary>
/// <remarks>
/// One work-item per quad of the tensor that is written; a form of its own for OpenCL on a CPU is launched in its place.
/// </remarks>
internal static class SpatialLaunch
{
    /// <summary>output = kernel(input). Shapes must have been checked.</summary>
    public static void Forward(
        Engine engine, string name, double flop, double bytes,
        DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> kernel, Tensor input, Tensor output,
        Action<Tensor, Tensor>? onCpu = null)
    {
        var outputLayout = new QuadLayout(output.Shape);
        using (engine.Launch(name, flop, bytes))
        {
            if (onCpu is not null)
            {
                onCpu(input, output);
                return;
            }
            kernel.Launch(FlatLaunch.Over(outputLayout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(),
                new QuadLayout(input.Shape), outputLayout);
        }
    }

    /// <summary>
    /// gradInput (+)= kernel(gradOutput), behind the mask of a rectified input. The kernel takes the gradients, the
    /// mask and its stride, the layouts of output and input, and what to keep of the old gradient.
    /// </summary>
    /// <exception cref="ArgumentException">rectifiedBy is of another shape than gradInput.</exception>
    public static void Backward(
        Engine engine, string name, double flop,
        DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout, float> kernel,
        Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        Action<Tensor, Tensor, Tensor?, GradientWrite>? onCpu = null)
    {
        if (rectifiedBy is not null)
            Require.Shape(name, rectifiedBy, gradInput.Shape);
        var inputLayout = new QuadLayout(gradInput.Shape);
        using (engine.Launch(
            name, flop, 4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write)))
        {
            if (onCpu is not null)
            {
                onCpu(gradOutput, gradInput, rectifiedBy, write);
                return;
            }
            kernel.Launch(FlatLaunch.Over(inputLayout.Count), gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy),
                new QuadLayout(gradOutput.Shape), inputLayout, Accumulate.Keep(write));
        }
    }
}
