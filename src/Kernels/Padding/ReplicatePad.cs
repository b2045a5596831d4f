using ILGPU;

namespace IlgpuStyle.Kernels.Padding;

/// <summary>One pixel of padding on each side by repeating the edge: y[h,w,c] = x[clamp(h−1), clamp(w−1), c].</summary>
/// <remarks>
/// Shapes: x [H,W,C] → y [H+2,W+2,C]. With <see cref="CropForward"/> behind it, a zero-padded convolution becomes one
/// that pads by replication. Launch: one work-item per output quad. Overwrites y.
/// </remarks>
public sealed class ReplicatePadForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> _kernel =
        new(engine, ReplicatePadForwardKernel);

    /// <summary>[H,W,C] → [H+2,W+2,C].</summary>
    public static TensorShape Output(TensorShape input) =>
        input with { Height = input.Height + 2, Width = input.Width + 2 };

    private static void ReplicatePadForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout inputLayout, QuadLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int fromRow = IntrinsicMath.Clamp(at.Row - 1, 0, inputLayout.Height - 1);
            int fromColumn = IntrinsicMath.Clamp(at.Column - 1, 0, inputLayout.Width - 1);
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                x[inputLayout.Offset(fromRow, fromColumn) + at.Quad];
        }
    }

    /// <summary>output = padded input.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(ReplicatePadForward), output, Output(input.Shape));
        SpatialLaunch.Forward(
            engine, nameof(ReplicatePadForward), 0, 4.0 * (input.Shape.Length + output.Shape.Length), _kernel, input,
            output);
    }
}

/// <summary>
/// The backward pass of <see cref="ReplicatePadForward"/>: an edge pixel also gets what its copies received.
/// </summary>
/// <remarks>
/// Shapes: dy [H+2,W+2,C] → dx [H,W,C]. Launch: one work-item per input quad, which adds up its copies row by row.
/// </remarks>
public sealed class ReplicatePadBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout,
        float> _kernel = new(engine, ReplicatePadBackwardKernel);

    private static void ReplicatePadBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int firstRow = at.Row == 0 ? 0 : at.Row + 1;
            int lastRow = at.Row == inputLayout.Height - 1 ? at.Row + 2 : at.Row + 1;
            int firstColumn = at.Column == 0 ? 0 : at.Column + 1;
            int lastColumn = at.Column == inputLayout.Width - 1 ? at.Column + 2 : at.Column + 1;
            F4 sum = default;
            for (int y = firstRow; y <= lastRow; y++)
            {
                for (int x = firstColumn; x <= lastColumn; x++)
                    sum += gradOutput[outputLayout.Offset(y, x) + at.Quad];
            }
            int i = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            gradInput[i] = Accumulate.Onto(gradInput[i], Accumulate.Rectify(sum, mask[i * maskStride]), keep);
        }
    }

    /// <summary>gradInput (+)= the gradient of the padded tensor, gathered.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(ReplicatePadBackward), gradOutput, ReplicatePadForward.Output(gradInput.Shape));
        SpatialLaunch.Backward(
            engine, nameof(ReplicatePadBackward), gradOutput.Shape.Length - gradInput.Shape.Length, _kernel, gradOutput,
            gradInput, rectifiedBy, write);
    }
}
