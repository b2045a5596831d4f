using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>
/// Gradient of max pooling: dy[i,j,c] goes to the first maximum of its 2×2 window in row-major order; the other
/// three and a dropped odd row or column get 0.
/// </summary>
/// <remarks>
/// Shapes: input, gradInput [H,W,C], gradOutput [⌊H/2⌋,⌊W/2⌋,C]. The maximum is found again from the input, so
/// no index is kept. "First" is also TensorFlow's and PyTorch's choice. With a rectified input the contribution
/// is multiplied by (x > 0). Launch: one work-item per quad of the 2×2 windows, odd rests included.
/// </remarks>
public sealed class MaxPoolBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, float,
        float> _kernel = new(engine, MaxPoolBackwardKernel, FlatLaunch.SixGroups);

    /// <summary>The kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels => [GpuKernel.Of(MaxPoolBackwardKernel, FlatLaunch.SixGroups)];

    private static void MaxPoolBackwardKernel(
        ArrayView<F4> input, ArrayView<F4> gradOutput, ArrayView<F4> gradInput,
        QuadLayout inputLayout, QuadLayout outputLayout, float threshold, float keep)
    {
        int windowColumns = (inputLayout.Width + 1) / 2;
        int item = FlatLaunch.Item;
        if (item < (inputLayout.Height + 1) / 2 * windowColumns * inputLayout.Quads)
        {
            int window = item / inputLayout.Quads;
            int quad = item - window * inputLayout.Quads;
            int row = window / windowColumns;
            int column = window - row * windowColumns;
            int top = inputLayout.Offset(2 * row, 2 * column) + quad;
            int bottom = inputLayout.Offset(2 * row + 1, 2 * column) + quad;
            // For an odd rest the window has no output: the index falls on the output's zero border.
            F4 gradient = gradOutput[outputLayout.Offset(row, column) + quad];
            F4 a = input[top];
            F4 b = input[top + inputLayout.Quads];
            F4 c = input[bottom];
            F4 d = input[bottom + inputLayout.Quads];
            F4 best = F4.Max(F4.Max(a, b), F4.Max(c, d));
            // What the values before have left over: each is dead once it is read, which keeps registers few.
            F4 left = Where(best, F4.Broadcast(threshold), gradient);
            gradInput[top] = Accumulate.Onto(gradInput[top], Taken(a, best, left), keep);
            left = Left(a, best, left);
            if (2 * column + 1 < inputLayout.Width)
            {
                gradInput[top + inputLayout.Quads] = Accumulate.Onto(
                    gradInput[top + inputLayout.Quads], Taken(b, best, left), keep);
            }
            if (2 * row + 1 < inputLayout.Height)
            {
                left = Left(b, best, left);
                gradInput[bottom] = Accumulate.Onto(gradInput[bottom], Taken(c, best, left), keep);
                if (2 * column + 1 < inputLayout.Width)
                {
                    gradInput[bottom + inputLayout.Quads] = Accumulate.Onto(
                        gradInput[bottom + inputLayout.Quads], Taken(d, best, Left(c, best, left)), keep);
                }
            }
        }
    }

    /// <summary>The gradient where the value is above the threshold, else 0.</summary>
    private static F4 Where(F4 value, F4 threshold, F4 gradient) => new(
        Utilities.Select(value.X > threshold.X, gradient.X, 0f),
        Utilities.Select(value.Y > threshold.Y, gradient.Y, 0f),
        Utilities.Select(value.Z > threshold.Z, gradient.Z, 0f),
        Utilities.Select(value.W > threshold.W, gradient.W, 0f));

    /// <summary>The gradient where the value is the window's best, else 0.</summary>
    private static F4 Taken(F4 value, F4 best, F4 gradient) => new(
        Utilities.Select(value.X >= best.X, gradient.X, 0f),
        Utilities.Select(value.Y >= best.Y, gradient.Y, 0f),
        Utilities.Select(value.Z >= best.Z, gradient.Z, 0f),
        Utilities.Select(value.W >= best.W, gradient.W, 0f));

    /// <summary>The gradient where the value is not the window's best, else 0.</summary>
    private static F4 Left(F4 value, F4 best, F4 gradient) => new(
        Utilities.Select(value.X >= best.X, 0f, gradient.X),
        Utilities.Select(value.Y >= best.Y, 0f, gradient.Y),
        Utilities.Select(value.Z >= best.Z, 0f, gradient.Z),
        Utilities.Select(value.W >= best.W, 0f, gradient.W));

    /// <summary>gradInput (+)= the gradient carried back to each window's maximum.</summary>
    /// <param name="input">The forward pass's input.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="gradInput">Gradient of the input.</param>
    /// <param name="rectifiedBy">The input itself where it is a ReLU's output, else null.</param>
    /// <param name="write">Assign or add.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or rectifiedBy is another tensor.</exception>
    public void Launch(
        Tensor input, Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(MaxPoolBackward), gradInput, input.Shape);
        Require.Shape(nameof(MaxPoolBackward), gradOutput, PoolShape.Output(input.Shape));
        if (rectifiedBy is not null && rectifiedBy != input)
        {
            throw new ArgumentException(
                $"{nameof(MaxPoolBackward)}: a rectified input is its own mask, not '{rectifiedBy.Name}'.");
        }
        var inputLayout = new QuadLayout(input.Shape);
        int windows = (input.Shape.Height + 1) / 2 * ((input.Shape.Width + 1) / 2);
        using (engine.Launch(nameof(MaxPoolBackward), 4.0 * gradOutput.Shape.Length,
            4.0 * (input.Shape.Length + gradOutput.Shape.Length)
                + Accumulate.Bytes(gradInput.Shape, rectifiedBy: null, write)))
        {
            _kernel.Launch(FlatLaunch.Over(windows * inputLayout.Quads), input.View.Cast<F4>(),
                gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(), inputLayout,
                new QuadLayout(gradOutput.Shape), rectifiedBy is null ? float.NegativeInfinity : 0f,
                Accumulate.Keep(write));
        }
    }
}
