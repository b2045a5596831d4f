using ILGPU;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>
/// Gradient of average pooling: dx[h,w,c] (+)= s/4 · dy[⌊h/2⌋,⌊w/2⌋,c]; a dropped odd row or column gets 0.
/// </summary>
/// <remarks>
/// Shapes: gradOutput [⌊H/2⌋,⌊W/2⌋,C] → gradInput [H,W,C]. With a rectified input the contribution is
/// multiplied by (x > 0). Launch: one work-item per input quad.
/// </remarks>
public sealed class AveragePoolBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout, float,
        float> _kernel = new(engine, AveragePoolBackwardKernel);

    private static void AveragePoolBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float weight, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int i = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            // In a dropped odd row or column the index falls on the output's border, whose pixels are zero.
            F4 gradient = gradOutput[outputLayout.Offset(at.Row / 2, at.Column / 2) + at.Quad];
            F4 contribution = Accumulate.Rectify(F4.Broadcast(weight) * gradient, mask[i * maskStride]);
            gradInput[i] = Accumulate.Onto(gradInput[i], contribution, keep);
        }
    }

    /// <summary>gradInput (+)= the gradient carried back through average pooling, times scale.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(AveragePoolBackward), gradOutput, PoolShape.Output(gradInput.Shape));
        if (rectifiedBy is not null)
            Require.Shape(nameof(AveragePoolBackward), rectifiedBy, gradInput.Shape);
        var inputLayout = new QuadLayout(gradInput.Shape);
        using (engine.Launch(nameof(AveragePoolBackward), gradInput.Shape.Length,
            4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(inputLayout.Count), gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy),
                new QuadLayout(gradOutput.Shape), inputLayout, scale / 4, Accumulate.Keep(write));
        }
    }
}
