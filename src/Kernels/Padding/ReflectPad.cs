using ILGPU;

namespace IlgpuStyle.Kernels.Padding;

/// <summary>
/// Padding by reflection, the edge not repeated: y[h,w,c] = x[m(h − p, H), m(w − p, W), c] with m(i, n) = |i| for
/// i &lt; n, else 2·(n − 1) − i.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C] → y [H+2p,W+2p,C], p &lt; H, W; p is read off the shapes. ONNX's Pad in mode "reflect" on both axes.
/// Launch: one work-item per output quad; on a CPU <see cref="ReflectPadCpu"/>. Overwrites y.
/// </remarks>
public sealed class ReflectPadForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> _kernel =
        new(engine, ReflectPadForwardKernel);

    /// <summary>[H,W,C] → [H+2p,W+2p,C].</summary>
    /// <exception cref="ArgumentException">p is negative, or not smaller than both sides.</exception>
    public static TensorShape Output(TensorShape input, int padding) =>
        padding < 0 || padding >= input.Height || padding >= input.Width
            ? throw new ArgumentException(
                $"Reflection by {padding} pixels needs more pixels than that on each side, not {input}.")
            : input with { Height = input.Height + 2 * padding, Width = input.Width + 2 * padding };

    private static void ReflectPadForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout inputLayout, QuadLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int padding = (outputLayout.Height - inputLayout.Height) / 2;
            int fromRow = Reflected(at.Row - padding, inputLayout.Height);
            int fromColumn = Reflected(at.Column - padding, inputLayout.Width);
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                x[inputLayout.Offset(fromRow, fromColumn) + at.Quad];
        }
    }

    /// <summary>m(i, n).</summary>
    internal static int Reflected(int place, int size)
    {
        int positive = IntrinsicMath.Abs(place);
        return IntrinsicMath.Min(positive, 2 * (size - 1) - positive);
    }

    /// <summary>output = padded input.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Require.Shape(nameof(ReflectPadForward), output, Output(input.Shape, Padding(input.Shape, output.Shape)));
        SpatialLaunch.Forward(
            engine, nameof(ReflectPadForward), 0, 4.0 * (input.Shape.Length + output.Shape.Length), _kernel, input,
            output, engine.Class == DeviceClass.Cpu ? engine.Get(e => new ReflectPadCpu(e)).LaunchForward : null);
    }

    /// <summary>p of two shapes, if they fit.</summary>
    internal static int Padding(TensorShape input, TensorShape output) => (output.Height - input.Height) / 2;
}

/// <summary>
/// The backward pass of <see cref="ReflectPadForward"/>: a pixel gets what it and its mirror images received.
/// </summary>
/// <remarks>
/// Shapes: dy [H+2p,W+2p,C] → dx [H,W,C]. Launch: one work-item per input quad, which adds up at most 3 × 3 images row
/// by row; on a CPU <see cref="ReflectPadCpu"/>.
/// </remarks>
public sealed class ReflectPadBackward(Engine engine)
{
    private const int Images = 3;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout,
        float> _kernel = new(engine, ReflectPadBackwardKernel);

    private static void ReflectPadBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int padding = (outputLayout.Height - inputLayout.Height) / 2;
            F4 sum = default;
            for (int i = 0; i < Images; i++)
            {
                int y = Image(i, at.Row, padding, inputLayout.Height);
                if (y >= 0)
                {
                    for (int j = 0; j < Images; j++)
                    {
                        int x = Image(j, at.Column, padding, inputLayout.Width);
                        if (x >= 0)
                            sum += gradOutput[outputLayout.Offset(y, x) + at.Quad];
                    }
                }
            }
            int to = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            gradInput[to] = Accumulate.Onto(gradInput[to], Accumulate.Rectify(sum, mask[to * maskStride]), keep);
        }
    }

    /// <summary>Where a row or column lies in the output: itself, in front of it, behind it; −1 where it does not.</summary>
    internal static int Image(int number, int place, int padding, int size)
    {
        int last = size - 1;
        int inFront = place > 0 ? padding - place : -1;
        int behind = place < last && place >= last - padding ? padding + 2 * last - place : -1;
        return number == 0 ? padding + place : number == 1 ? inFront : behind;
    }

    /// <summary>gradInput (+)= the gradient of the padded tensor, gathered.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradOutput);
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(ReflectPadBackward), gradOutput, ReflectPadForward.Output(
            gradInput.Shape, ReflectPadForward.Padding(gradInput.Shape, gradOutput.Shape)));
        SpatialLaunch.Backward(
            engine, nameof(ReflectPadBackward), gradOutput.Shape.Length - gradInput.Shape.Length, _kernel, gradOutput,
            gradInput, rectifiedBy, write,
            F16.Fit(engine, gradInput.Shape) ? engine.Get(e => new ReflectPadCpu(e)).LaunchBackward : null);
    }
}
