using ILGPU;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>Gradient of s · Σ (x − t)²: dx (+)= 2s · (x − t).</summary>
/// <remarks>
/// Shapes: x, t, dx [H,W,C], or flat arrays of one length. With a rectified x the contribution is multiplied by
/// (x &gt; 0). Launch: one work-item per quad of the whole buffer, or per element of an array.
/// </remarks>
public sealed class SquaredDifferenceBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, float, float, float> _tensorKernel =
        new(engine, SquaredDifferenceBackwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float, float>
        _arrayKernel = new(engine, ArraySquaredDifferenceBackwardKernel);

    private static void SquaredDifferenceBackwardKernel(
        ArrayView<F4> x, ArrayView<F4> target, ArrayView<F4> gradX, int count, float twiceScale,
        float threshold, float keep)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            F4 value = x[i];
            F4 contribution = F4.Broadcast(twiceScale) * (value - target[i]);
            F4 masked = Accumulate.Rectify(contribution, value - F4.Broadcast(threshold));
            gradX[i] = Accumulate.Onto(gradX[i], masked, keep);
        }
    }

    private static void ArraySquaredDifferenceBackwardKernel(
        ArrayView<float> x, ArrayView<float> target, ArrayView<float> gradX, int count, float twiceScale,
        float keep)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            gradX[i] = Accumulate.Onto(gradX[i], twiceScale * (x[i] - target[i]), keep);
    }

    /// <summary>gradX (+)= 2 · scale · (x − target).</summary>
    /// <param name="x">The value.</param>
    /// <param name="target">What it should be.</param>
    /// <param name="gradX">Gradient of x.</param>
    /// <param name="scale">The forward pass's scale.</param>
    /// <param name="rectifiedBy">x itself where it is a ReLU's output, else null.</param>
    /// <param name="write">Assign or add.</param>
    /// <exception cref="ArgumentException">The shapes differ, or rectifiedBy is another tensor.</exception>
    public void Launch(
        Tensor x, Tensor target, Tensor gradX, float scale, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(SquaredDifferenceBackward), target, x.Shape);
        Require.Shape(nameof(SquaredDifferenceBackward), gradX, x.Shape);
        if (rectifiedBy is not null && rectifiedBy != x)
        {
            throw new ArgumentException(
                $"{nameof(SquaredDifferenceBackward)}: a rectified value is its own mask, not '{rectifiedBy.Name}'.");
        }
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(SquaredDifferenceBackward), 2.0 * x.Shape.Length,
            8.0 * x.Shape.Length + Accumulate.Bytes(x.Shape, rectifiedBy: null, write)))
        {
            _tensorKernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), target.View.Cast<F4>(),
                gradX.View.Cast<F4>(), count, 2 * scale,
                rectifiedBy is null ? float.NegativeInfinity : 0f, Accumulate.Keep(write));
        }
    }

    /// <summary>gradX (+)= 2 · scale · (x − target).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Launch(DeviceArray x, DeviceArray target, DeviceArray gradX, float scale, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(SquaredDifferenceBackward), target, x.Length);
        Require.Length(nameof(SquaredDifferenceBackward), gradX, x.Length);
        int count = checked((int)x.Length);
        using (engine.Launch(nameof(SquaredDifferenceBackward), 2.0 * count,
            4.0 * count * (write == GradientWrite.Add ? 4 : 3)))
        {
            _arrayKernel.Launch(FlatLaunch.Over(count), x.View, target.View, gradX.View, count, 2 * scale,
                Accumulate.Keep(write));
        }
    }
}
