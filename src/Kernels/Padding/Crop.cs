using ILGPU;

namespace IlgpuStyle.Kernels.Padding;

/// <summary>Takes one pixel away on each side: y[h,w,c] = x[h+1,w+1,c].</summary>
/// <remarks>Shapes: x [H+2,W+2,C] → y [H,W,C]. Launch: one work-item per output quad. Overwrites y.</remarks>
public sealed class CropForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> _kernel =
        new(engine, CropForwardKernel);

    /// <summary>[H+2,W+2,C] → [H,W,C].</summary>
    /// <exception cref="ArgumentException">Nothing would be left.</exception>
    public static TensorShape Output(TensorShape input) => input.Height < 3 || input.Width < 3
        ? throw new ArgumentException($"Cropping needs at least 3×3 pixels, not {input}.")
        : input with { Height = input.Height - 2, Width = input.Width - 2 };

    private static void CropForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout inputLayout, QuadLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                x[inputLayout.Offset(at.Row + 1, at.Column + 1) + at.Quad];
        }
    }

    /// <summary>output = input without its outermost pixels.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(CropForward), output, Output(input.Shape));
        SpatialLaunch.Forward(
            engine, nameof(CropForward), 0, 8.0 * output.Shape.Length, _kernel, input, output);
    }
}

/// <summary>
/// The backward pass of <see cref="CropForward"/>: dx[h+1,w+1,c] (+)= dy[h,w,c], 0 for the pixels cut off.
/// </summary>
/// <remarks>
/// Shapes: dy [H,W,C] → dx [H+2,W+2,C]. The pixels cut off fall on dy's border, which is zero. Launch: one work-item
/// per input quad.
/// </remarks>
public sealed class CropBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout,
        float> _kernel = new(engine, CropBackwardKernel);

    private static void CropBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int i = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            F4 gradient = gradOutput[outputLayout.Offset(at.Row - 1, at.Column - 1) + at.Quad];
            gradInput[i] = Accumulate.Onto(gradInput[i], Accumulate.Rectify(gradient, mask[i * maskStride]), keep);
        }
    }

    /// <summary>gradInput (+)= the gradient of the cropped tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(CropBackward), gradOutput, CropForward.Output(gradInput.Shape));
        SpatialLaunch.Backward(engine, nameof(CropBackward), 0, _kernel, gradOutput, gradInput, rectifiedBy, write);
    }
}
