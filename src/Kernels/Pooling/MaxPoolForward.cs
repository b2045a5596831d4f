using ILGPU;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>Max pooling, 2×2 window, stride 2: y[i,j,c] = max x[2i+p, 2j+q, c], p, q ∈ {0, 1}.</summary>
/// <remarks>
/// Shapes: input [H,W,C] → output [⌊H/2⌋,⌊W/2⌋,C]; an odd last row or column is dropped. Overwrites output.
/// Launch: one work-item per output quad.
/// </remarks>
public sealed class MaxPoolForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout> _kernel =
        new(engine, MaxPoolForwardKernel);

    private static void MaxPoolForwardKernel(
        ArrayView<F4> input, ArrayView<F4> output, QuadLayout inputLayout, QuadLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int top = inputLayout.Offset(2 * at.Row, 2 * at.Column) + at.Quad;
            int bottom = inputLayout.Offset(2 * at.Row + 1, 2 * at.Column) + at.Quad;
            output[outputLayout.Offset(at.Row, at.Column) + at.Quad] = F4.Max(
                F4.Max(input[top], input[top + inputLayout.Quads]),
                F4.Max(input[bottom], input[bottom + inputLayout.Quads]));
        }
    }

    /// <summary>output = max pooling of input.</summary>
    /// <exception cref="ArgumentException">The output is not ⌊H/2⌋ × ⌊W/2⌋ × C.</exception>
    public void Launch(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(MaxPoolForward), output, PoolShape.Output(input.Shape));
        SpatialLaunch.Forward(
            engine, nameof(MaxPoolForward), 3.0 * output.Shape.Length,
            4.0 * (input.Shape.Length + output.Shape.Length), _kernel, input, output);
    }
}
