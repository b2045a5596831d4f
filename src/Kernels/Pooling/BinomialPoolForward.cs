using ILGPU;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>
/// Binomial pooling, 4×4 window, stride 2: y[i,j,c] = s · Σ b[p]·b[q]·x[2i+p−1, 2j+q−1, c], b = (1, 3, 3, 1)/8.
/// </summary>
/// <remarks>
/// Shapes: input [H,W,C] → output [⌊H/2⌋,⌊W/2⌋,C], of the same places as a 2×2 pool's; the edge is repeated outside.
/// Windows overlap, so that the gradient has no steps where a 2×2 pool's windows meet. Overwrites output. Source: Zhang
/// 2019, arXiv:1904.11486 (Bin-4). Launch: one work-item per output quad.
/// </remarks>
public sealed class BinomialPoolForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, float> _kernel =
        new(engine, BinomialPoolForwardKernel);

    private static void BinomialPoolForwardKernel(
        ArrayView<F4> input, ArrayView<F4> output, QuadLayout inputLayout, QuadLayout outputLayout, float weight)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int left = inputLayout.Quads * IntrinsicMath.Min(2 * at.Column, 1);
            int right = inputLayout.Quads * IntrinsicMath.Min(2, inputLayout.Width - 1 - 2 * at.Column);
            int top = inputLayout.Offset(2 * at.Row, 2 * at.Column) + at.Quad;
            int pitch = inputLayout.Pitch;
            int above = top - pitch * IntrinsicMath.Min(2 * at.Row, 1);
            int below = top + pitch * IntrinsicMath.Min(2, inputLayout.Height - 1 - 2 * at.Row);
            F4 outer = RowSum(input, above, left, right, inputLayout.Quads)
                + RowSum(input, below, left, right, inputLayout.Quads);
            F4 inner = RowSum(input, top, left, right, inputLayout.Quads)
                + RowSum(input, top + pitch, left, right, inputLayout.Quads);
            output[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                F4.Broadcast(weight) * (outer + F4.Broadcast(3f) * inner);
        }
    }

    /// <summary>1, 3, 3, 1 times the pixels from the one to the left of an index.</summary>
    private static F4 RowSum(ArrayView<F4> input, int at, int left, int right, int quads) =>
        input[at - left] + input[at + right] + F4.Broadcast(3f) * (input[at] + input[at + quads]);

    /// <summary>output = binomial pooling of input, times scale.</summary>
    /// <exception cref="ArgumentException">The output is not ⌊H/2⌋ × ⌊W/2⌋ × C.</exception>
    public void Launch(Tensor input, Tensor output, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(input);
        Require.Shape(nameof(BinomialPoolForward), output, PoolShape.Output(input.Shape));
        var outputLayout = new QuadLayout(output.Shape);
        using (engine.Launch(nameof(BinomialPoolForward), 22.0 * output.Shape.Length,
            4.0 * (input.Shape.Length + output.Shape.Length)))
        {
            _kernel.Launch(FlatLaunch.Over(outputLayout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(),
                new QuadLayout(input.Shape), outputLayout, scale / 64);
        }
    }
}
