using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>Every channel times a mask: y[p,c] = m[p]·x[p,c].</summary>
/// <remarks>
/// Source: Gatys et al. 2017, arXiv:1611.07865, section 4.1, spatial guidance channels. Shapes: x, y [H,W,C],
/// m [H,W,1]. Launch: one work-item per quad of the whole buffer; border and padding are zero in all and stay so.
/// Overwrites y.
/// </remarks>
public sealed class PixelMaskForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, int> _kernel =
        new(engine, PixelMaskForwardKernel);

    private static void PixelMaskForwardKernel(
        ArrayView<F4> x, ArrayView<F4> mask, ArrayView<F4> y, int quads, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = F4.Broadcast(mask[i / quads * PixelMask.Quads].X) * x[i];
    }

    /// <summary>output = mask·input.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor input, Tensor mask, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape;
        Require.Shape(nameof(PixelMaskForward), mask, PixelMask.Shape(shape));
        Require.Shape(nameof(PixelMaskForward), output, shape);
        int count = (int)(shape.BorderedLength / 4);
        using (engine.Launch(nameof(PixelMaskForward), shape.Length, 8.0 * shape.Length + 4.0 * shape.Pixels))
        {
            _kernel.Launch(FlatLaunch.Over(count), input.View.Cast<F4>(), mask.View.Cast<F4>(), output.View.Cast<F4>(),
                shape.PaddedChannels / 4, count);
        }
    }
}

/// <summary>Gradient of <see cref="PixelMaskForward"/>: dx[p,c] (+)= m[p]·dy[p,c].</summary>
/// <remarks>
/// Shapes: gradOutput, gradInput [H,W,C], mask [H,W,1]. With a rectified input the contribution is multiplied by
/// (x > 0). Launch: one work-item per quad of the whole buffer.
/// </remarks>
public sealed class PixelMaskBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, int, int,
        float> _kernel = new(engine, PixelMaskBackwardKernel);

    private static void PixelMaskBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> mask, ArrayView<F4> gradInput, ArrayView<F4> rectifier,
        int rectifierStride, int quads, int count, float keep)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            F4 gradient = F4.Broadcast(mask[i / quads * PixelMask.Quads].X) * gradOutput[i];
            F4 contribution = Accumulate.Rectify(gradient, rectifier[i * rectifierStride]);
            gradInput[i] = Accumulate.Onto(gradInput[i], contribution, keep);
        }
    }

    /// <summary>gradInput (+)= mask·gradOutput.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor gradOutput, Tensor mask, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradOutput);
        TensorShape shape = gradOutput.Shape;
        Require.Shape(nameof(PixelMaskBackward), mask, PixelMask.Shape(shape));
        Require.Shape(nameof(PixelMaskBackward), gradInput, shape);
        if (rectifiedBy is not null)
            Require.Shape(nameof(PixelMaskBackward), rectifiedBy, shape);
        int count = (int)(shape.BorderedLength / 4);
        using (engine.Launch(nameof(PixelMaskBackward), shape.Length,
            4.0 * (shape.Length + shape.Pixels) + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(count), gradOutput.View.Cast<F4>(), mask.View.Cast<F4>(),
                gradInput.View.Cast<F4>(), Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy),
                shape.PaddedChannels / 4, count, Accumulate.Keep(write));
        }
    }
}

/// <summary>The mask of a tensor: one channel.</summary>
public static class PixelMask
{
    /// <summary>Quads from one pixel of a mask to the next.</summary>
    internal const int Quads = TensorShape.ChannelMultiple / 4;

    /// <summary>[H,W,1] for features of [H,W,C].</summary>
    public static TensorShape Shape(TensorShape features) => features with { Channels = 1 };
}
