using ILGPU;

namespace IlgpuStyle.Kernels.Upsampling;

/// <summary>Twice the size by repeating each pixel 2×2 times: y[h,w,c] = x[⌊h/2⌋,⌊w/2⌋,c].</summary>
/// <remarks>
/// Shapes: x [H,W,C] → y [2H,2W,C]. Source: Odena, Dumoulin and Olah 2016, "Deconvolution and Checkerboard Artifacts".
/// Launch: one work-item per output quad; on a CPU <see cref="UpsampleNearestCpu"/>. Overwrites y.
/// </remarks>
public sealed class UpsampleNearestForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> _kernel =
        new(engine, UpsampleNearestForwardKernel);

    /// <summary>[H,W,C] → [2H,2W,C].</summary>
    public static TensorShape Output(TensorShape input) =>
        input with { Height = 2 * input.Height, Width = 2 * input.Width };

    private static void UpsampleNearestForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout inputLayout, QuadLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                x[inputLayout.Offset(at.Row / 2, at.Column / 2) + at.Quad];
        }
    }

    /// <summary>output = input, repeated.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(UpsampleNearestForward), output, Output(input.Shape));
        SpatialLaunch.Forward(
            engine, nameof(UpsampleNearestForward), 0, 4.0 * (input.Shape.Length + output.Shape.Length), _kernel, input,
            output, F16.Fit(engine, input.Shape) ? engine.Get(e => new UpsampleNearestCpu(e)).LaunchForward : null);
    }
}

/// <summary>
/// The backward pass of <see cref="UpsampleNearestForward"/>: dx[h,w,c] (+)= Σ dy[2h+p,2w+q,c], p, q ∈ {0, 1}.
/// </summary>
/// <remarks>Shapes: dy [2H,2W,C] → dx [H,W,C]. Launch: one work-item per input quad, or as forward.</remarks>
public sealed class UpsampleNearestBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout,
        float> _kernel = new(engine, UpsampleNearestBackwardKernel);

    private static void UpsampleNearestBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int upper = outputLayout.Offset(2 * at.Row, 2 * at.Column) + at.Quad;
            int lower = outputLayout.Offset(2 * at.Row + 1, 2 * at.Column) + at.Quad;
            F4 sum = gradOutput[upper] + gradOutput[upper + outputLayout.Quads]
                + (gradOutput[lower] + gradOutput[lower + outputLayout.Quads]);
            int to = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            gradInput[to] = Accumulate.Onto(gradInput[to], Accumulate.Rectify(sum, mask[to * maskStride]), keep);
        }
    }

    /// <summary>gradInput (+)= the gradient of the repeated tensor, gathered.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(UpsampleNearestBackward), gradOutput, UpsampleNearestForward.Output(gradInput.Shape));
        SpatialLaunch.Backward(
            engine, nameof(UpsampleNearestBackward), 3.0 * gradInput.Shape.Length, _kernel, gradOutput, gradInput,
            rectifiedBy, write,
            F16.Fit(engine, gradInput.Shape) ? engine.Get(e => new UpsampleNearestCpu(e)).LaunchBackward : null);
    }
}
