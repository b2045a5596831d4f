using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>
/// losses[slot] = s · Σ (x − t)² over all elements: content losses, and style losses of Gram matrices.
/// </summary>
/// <remarks>
/// Shapes: x, t [H,W,C], or flat arrays of one length. The scale s holds weight and normalisation. Source: Gatys et al.
/// 2015, arXiv:1508.06576, equations 1 and 4. Fixed order, no atomics. Launch: two stages (<see cref="PartialSums"/>),
/// over quads for tensors (border and padding are zero), over elements for arrays.
/// </remarks>
public sealed class SquaredDifferenceForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, int, ArrayView<float>> _tensorKernel =
        new(engine, SquaredDifferenceForwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, ArrayView<float>> _arrayKernel =
        new(engine, ArraySquaredDifferenceForwardKernel);

    private static void SquaredDifferenceForwardKernel(
        ArrayView<F4> x, ArrayView<F4> target, int count, ArrayView<float> partials)
    {
        F4 sum = default;
        for (int i = FlatLaunch.Item; i < count; i += Grid.DimX * Group.DimX)
        {
            F4 difference = x[i] - target[i];
            sum += difference * difference;
        }
        PartialSums.Store(partials, F4.Sum(sum));
    }

    private static void ArraySquaredDifferenceForwardKernel(
        ArrayView<float> x, ArrayView<float> target, int count, ArrayView<float> partials)
    {
        float sum = 0;
        for (int i = FlatLaunch.Item; i < count; i += Grid.DimX * Group.DimX)
        {
            float difference = x[i] - target[i];
            sum += difference * difference;
        }
        PartialSums.Store(partials, sum);
    }

    /// <summary>losses[slot] = scale · Σ (x − target)².</summary>
    /// <exception cref="ArgumentException">The shapes differ or there is no such slot.</exception>
    public void Launch(Tensor x, Tensor target, DeviceArray losses, int slot, float scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(SquaredDifferenceForward), target, x.Shape);
        Require.Slot(nameof(SquaredDifferenceForward), losses, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        int count = (int)(x.Shape.BorderedLength / 4);
        KernelConfig config = PartialSums.FirstStage(count);
        using (engine.Launch(nameof(SquaredDifferenceForward), 3.0 * x.Shape.Length, 8.0 * x.Shape.Length))
            _tensorKernel.Launch(config, x.View.Cast<F4>(), target.View.Cast<F4>(), count, partials.View);
        partials.Finish(config.GridDim.X, losses, slot, scale);
    }

    /// <summary>losses[slot] = scale · Σ (x − target)².</summary>
    /// <exception cref="ArgumentException">The lengths differ or there is no such slot.</exception>
    public void Launch(DeviceArray x, DeviceArray target, DeviceArray losses, int slot, float scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(SquaredDifferenceForward), target, x.Length);
        Require.Slot(nameof(SquaredDifferenceForward), losses, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        int count = checked((int)x.Length);
        KernelConfig config = PartialSums.FirstStage(count);
        using (engine.Launch(nameof(SquaredDifferenceForward), 3.0 * count, 8.0 * count))
            _arrayKernel.Launch(config, x.View, target.View, count, partials.View);
        partials.Finish(config.GridDim.X, losses, slot, scale);
    }
}
