using ILGPU;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>
/// Average pooling, 2×2 window, stride 2: y[i,j,c] = s/4 · Σ x[2i+p, 2j+q, c], p, q ∈ {0, 1}.
/// </summary>
/// <remarks>
/// Shapes: input [H,W,C] → output [⌊H/2⌋,⌊W/2⌋,C]; an odd last row or column is dropped. s is 1, or 2 where a
/// recipe keeps activations at max pooling's size. Overwrites output.
/// Source: Gatys et al. 2015, arXiv:1508.06576 (average replaces max). Launch: one work-item per output quad.
/// </remarks>
public sealed class AveragePoolForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, float> _kernel =
        new(engine, AveragePoolForwardKernel);

    private static void AveragePoolForwardKernel(
        ArrayView<F4> input, ArrayView<F4> output, QuadLayout inputLayout, QuadLayout outputLayout, float weight)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int top = inputLayout.Offset(2 * at.Row, 2 * at.Column) + at.Quad;
            int bottom = inputLayout.Offset(2 * at.Row + 1, 2 * at.Column) + at.Quad;
            F4 sum = input[top] + input[top + inputLayout.Quads]
                + (input[bottom] + input[bottom + inputLayout.Quads]);
            output[outputLayout.Offset(at.Row, at.Column) + at.Quad] = F4.Broadcast(weight) * sum;
        }
    }

    /// <summary>output = average pooling of input, times scale.</summary>
    /// <exception cref="ArgumentException">The output is not ⌊H/2⌋ × ⌊W/2⌋ × C.</exception>
    public void Launch(Tensor input, Tensor output, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(AveragePoolForward), output, PoolShape.Output(input.Shape));
        var outputLayout = new QuadLayout(output.Shape);
        using (engine.Launch(nameof(AveragePoolForward), 4.0 * output.Shape.Length,
            4.0 * (input.Shape.Length + output.Shape.Length)))
        {
            _kernel.Launch(FlatLaunch.Over(outputLayout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(),
                new QuadLayout(input.Shape), outputLayout, scale / 4);
        }
    }
}
