using ILGPU;

namespace IlgpuStyle.Kernels.Pooling;

/// <summary>
/// Gradient of binomial pooling: dx[h,w,c] (+)= s/16 · Σ a·a′·dy[i,j,c] over the two rows i and two columns j of
/// windows that (h,w) lies in; a is 3 for the window whose middle it is part of, ⌊h/2⌋, and 1 for the one next to it.
/// </summary>
/// <remarks>
/// Shapes: gradOutput [⌊H/2⌋,⌊W/2⌋,C] → gradInput [H,W,C]. With a rectified input the contribution is multiplied by
/// (x > 0). Launch: one work-item per input quad.
/// </remarks>
public sealed class BinomialPoolBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, QuadLayout, QuadLayout, float,
        float> _kernel = new(engine, BinomialPoolBackwardKernel);

    private static void BinomialPoolBackwardKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        QuadLayout outputLayout, QuadLayout inputLayout, float weight, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            QuadPlace at = inputLayout.Place(item);
            int i = inputLayout.Offset(at.Row, at.Column) + at.Quad;
            int nearRow = at.Row / 2;
            int nearColumn = at.Column / 2;
            int farRow = Far(at.Row, inputLayout.Height - outputLayout.Height);
            int farColumn = Far(at.Column, inputLayout.Width - outputLayout.Width);
            F4 near = RowSum(gradOutput, outputLayout.Offset(nearRow, 0) + at.Quad, nearColumn, farColumn,
                outputLayout.Quads);
            F4 far = RowSum(gradOutput, outputLayout.Offset(farRow, 0) + at.Quad, nearColumn, farColumn,
                outputLayout.Quads);
            F4 contribution = F4.Broadcast(weight) * (F4.Broadcast(3f) * near + far);
            gradInput[i] = Accumulate.Onto(
                gradInput[i], Accumulate.Rectify(contribution, mask[i * maskStride]), keep);
        }
    }

    /// <summary>
    /// The other window that a pixel is in: before that of its pair, or behind. At an edge it is the pair's own, whose
    /// outer taps the repeated edge meets; behind an odd last pixel it falls on the output's border, which is zero.
    /// </summary>
    /// <param name="pixel">Its row or column.</param>
    /// <param name="windows">Those that there are, and for an odd last pixel one more.</param>
    private static int Far(int pixel, int windows) =>
        IntrinsicMath.Min(IntrinsicMath.Max((pixel + 1) / 2 - (1 - pixel % 2), 0), windows - 1);

    private static F4 RowSum(ArrayView<F4> gradOutput, int row, int near, int far, int quads) =>
        F4.Broadcast(3f) * gradOutput[row + near * quads] + gradOutput[row + far * quads];

    /// <summary>gradInput (+)= the gradient carried back through binomial pooling, times scale.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(gradInput);
        Require.Shape(nameof(BinomialPoolBackward), gradOutput, PoolShape.Output(gradInput.Shape));
        if (rectifiedBy is not null)
            Require.Shape(nameof(BinomialPoolBackward), rectifiedBy, gradInput.Shape);
        var inputLayout = new QuadLayout(gradInput.Shape);
        using (engine.Launch(nameof(BinomialPoolBackward), 9.0 * gradInput.Shape.Length,
            4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(inputLayout.Count), gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy),
                new QuadLayout(gradOutput.Shape), inputLayout, scale / 64, Accumulate.Keep(write));
        }
    }
}
