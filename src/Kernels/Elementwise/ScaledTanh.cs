using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>A soft limit to b ± a: y = a·tanh x + b.</summary>
/// <remarks>
/// Shapes: x, y [H,W,C]. With a = 150 and b = 127.5 the output is a picture of 0..255 whose limits lie beyond black and
/// white, where gradients do not vanish. Source: Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155, and its published
/// code. tanh |x| = (1 − e)/(1 + e) with e = exp(−2|x|), which overflows nowhere. Launch: one work-item per quad that
/// holds a channel. Overwrites y.
/// </remarks>
public sealed class ScaledTanhForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, TanhLayout, float, float> _kernel =
        new(engine, ScaledTanhForwardKernel);

    private static void ScaledTanhForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, TanhLayout layout, float factor, float offset)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            int pixel = item / layout.Used;
            int quad = item - pixel * layout.Used;
            int i = layout.Quads.Offset(pixel) + quad;
            F4 value = x[i];
            int left = layout.Channels - 4 * quad;
            y[i] = new F4(
                Of(value.X, factor, offset),
                Utilities.Select(left > 1, Of(value.Y, factor, offset), 0f),
                Utilities.Select(left > 2, Of(value.Z, factor, offset), 0f),
                Utilities.Select(left > 3, Of(value.W, factor, offset), 0f));
        }
    }

    private static float Of(float value, float factor, float offset)
    {
        float e = DecayingExponential.Of(2f * IntrinsicMath.Abs(value));
        float tanh = (1f - e) / (1f + e);
        return factor * Utilities.Select(value < 0f, -tanh, tanh) + offset;
    }

    /// <summary>output = factor·tanh(input) + offset.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor input, Tensor output, float factor, float offset)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(ScaledTanhForward), output, input.Shape);
        var layout = new TanhLayout(input.Shape);
        using (engine.Launch(nameof(ScaledTanhForward), 8.0 * input.Shape.Length, 8.0 * input.Shape.Length))
        {
            _kernel.Launch(FlatLaunch.Over(layout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(), layout, factor,
                offset);
        }
    }
}

/// <summary>The quads that hold a channel.</summary>
internal readonly struct TanhLayout
{
    public TanhLayout(TensorShape shape)
    {
        Quads = new QuadLayout(shape);
        Channels = shape.Channels;
        Used = (shape.Channels + 3) / 4;
    }

    public readonly QuadLayout Quads;
    public readonly int Channels;

    /// <summary>Of each pixel.</summary>
    public readonly int Used;

    /// <summary>Of all pixels.</summary>
    public int Count => Quads.Height * Quads.Width * Used;
}

/// <summary>
/// The backward pass of <see cref="ScaledTanhForward"/>: dx (+)= a·(1 − tanh² x)·dy = a·4e/(1 + e)²·dy with
/// e = exp(−2|x|).
/// </summary>
/// <remarks>
/// From the input: the slope from the output would be a difference of nearly equal numbers where it is small. Launch:
/// as forward.
/// </remarks>
public sealed class ScaledTanhBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, TanhLayout, float,
        float> _kernel = new(engine, ScaledTanhBackwardKernel);

    private static void ScaledTanhBackwardKernel(
        ArrayView<F4> x, ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        TanhLayout layout, float factor, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            int pixel = item / layout.Used;
            int i = layout.Quads.Offset(pixel) + item - pixel * layout.Used;
            F4 value = x[i];
            var slope = new F4(Slope(value.X), Slope(value.Y), Slope(value.Z), Slope(value.W));
            F4 contribution = Accumulate.Rectify(
                F4.Broadcast(factor) * slope * gradOutput[i], mask[i * maskStride]);
            gradInput[i] = Accumulate.Onto(gradInput[i], contribution, keep);
        }
    }

    private static float Slope(float value)
    {
        float e = DecayingExponential.Of(2f * IntrinsicMath.Abs(value));
        return 4f * e / ((1f + e) * (1f + e));
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
        var layout = new TanhLayout(shape);
        using (engine.Launch(nameof(ScaledTanhBackward), 9.0 * shape.Length,
            8.0 * shape.Length + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(layout.Count), input.View.Cast<F4>(), gradOutput.View.Cast<F4>(),
                gradInput.View.Cast<F4>(), Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy),
                layout, factor, Accumulate.Keep(write));
        }
    }
}

/// <summary>e^(−x) for x ≥ 0, of plain arithmetic, which compilers put into vectors as they do no call.</summary>
/// <remarks>
/// 2^t = 2^n·2^f with t = −x/ln 2, |f| ≤ ½; 2^f by its series to the seventh power, off by 10⁻⁸. Below 2^−126 it stays
/// there; of NaN it is NaN.
/// </remarks>
internal static class DecayingExponential
{
    public static float Of(float x)
    {
        float t = -1.44269504f * x;
        t = Utilities.Select(t < -126f, -126f, t);
        int n = (int)(t - 0.5f);
        float f = t - n;
        float power = 1f + f * (0.693147181f + f * (0.240226507f + f * (0.0555041087f + f * (0.00961812911f
            + f * (0.00133335581f + f * (0.000154035304f + f * 0.0000152527338f))))));
        return power * Interop.IntAsFloat((uint)((n + 127) << 23));
    }
}
