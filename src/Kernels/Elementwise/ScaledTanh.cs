using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>A soft limit to b ± a: y = a·tanh x + b.</summary>
/// <remarks>
/// Shapes: x, y [H,W,C]. With a = 150 and b = 127.5 the output is a picture of 0..255 whose limits lie beyond black and
/// white, where gradients do not vanish. Source: Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155, and its published
/// code. tanh |x| = (1 − e)/(1 + e) with e = exp(−2|x|), which overflows nowhere. Launch: one work-item per element.
/// Overwrites y.
/// </remarks>
public sealed class ScaledTanhForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, float, float> _kernel =
        new(engine, ScaledTanhForwardKernel);

    private static void ScaledTanhForwardKernel(
        ArrayView<float> x, ArrayView<float> y, PixelLayout layout, float factor, float offset)
    {
        int element = FlatLaunch.Item;
        if (element < layout.Count)
        {
            int i = layout.ElementOffset(element);
            float value = x[i];
            float e = XMath.Exp(-2f * IntrinsicMath.Abs(value));
            float tanh = (1f - e) / (1f + e);
            y[i] = factor * Utilities.Select(value < 0f, -tanh, tanh) + offset;
        }
    }

    /// <summary>output = factor·tanh(input) + offset.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor input, Tensor output, float factor, float offset)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(ScaledTanhForward), output, input.Shape);
        var layout = new PixelLayout(input.Shape);
        using (engine.Launch(nameof(ScaledTanhForward), 8.0 * input.Shape.Length, 8.0 * input.Shape.Length))
            _kernel.Launch(FlatLaunch.Over(layout.Count), input.View, output.View, layout, factor, offset);
    }
}

/// <summary>
/// The backward pass of <see cref="ScaledTanhForward"/>: dx (+)= a·(1 − tanh² x)·dy = a·4e/(1 + e)²·dy with
/// e = exp(−2|x|).
/// </summary>
/// <remarks>
/// From the input: the slope from the output would be a difference of nearly equal numbers where it is small. Launch:
/// one work-item per element.
/// </remarks>
public sealed class ScaledTanhBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        PixelLayout, float, float> _kernel = new(engine, ScaledTanhBackwardKernel);

    private static void ScaledTanhBackwardKernel(
        ArrayView<float> x, ArrayView<float> gradOutput, ArrayView<float> gradInput, ArrayView<float> mask,
        int maskStride, PixelLayout layout, float factor, float keep)
    {
        int element = FlatLaunch.Item;
        if (element < layout.Count)
        {
            int i = layout.ElementOffset(element);
            float e = XMath.Exp(-2f * IntrinsicMath.Abs(x[i]));
            float slope = factor * 4f * e / ((1f + e) * (1f + e));
            float contribution = Accumulate.Rectify(slope * gradOutput[i], mask[i * maskStride]);
            gradInput[i] = Accumulate.Onto(gradInput[i], contribution, keep);
        }
    }

    /// <summary>gradInput (+)= the slope at the input times gradOutput.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(
        Tensor input, Tensor gradOutput, Tensor gradInput, float factor, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape;
        Require.Shape(nameof(ScaledTanhBackward), gradOutput, shape);
        Require.Shape(nameof(ScaledTanhBackward), gradInput, shape);
        if (rectifiedBy is not null)
            Require.Shape(nameof(ScaledTanhBackward), rectifiedBy, shape);
        var layout = new PixelLayout(shape);
        using (engine.Launch(nameof(ScaledTanhBackward), 9.0 * shape.Length,
            8.0 * shape.Length + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(layout.Count), input.View, gradOutput.View, gradInput.View,
                Ones.IfNull(engine, rectifiedBy), Ones.Stride(rectifiedBy), layout, factor, Accumulate.Keep(write));
        }
    }
}
