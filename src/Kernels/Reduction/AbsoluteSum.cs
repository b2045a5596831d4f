using ILGPU;

namespace IlgpuStyle.Kernels.Reduction;

/// <summary>The L1 norm: result[slot] = Σ |a| over all elements.</summary>
/// <remarks>
/// Shapes: a [H,W,C]. Fixed order, no atomics. Launch: two stages (<see cref="PartialSums"/>) over the quads
/// of the whole buffer, border and padding being zero.
/// </remarks>
public sealed class AbsoluteSum(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, int, ArrayView<float>> _kernel = new(engine, AbsoluteSumKernel);

    private static void AbsoluteSumKernel(ArrayView<F4> a, int count, ArrayView<float> partials)
    {
        F4 sum = default;
        for (int i = FlatLaunch.Item; i < count; i += Grid.DimX * Group.DimX)
            sum += F4.Abs(a[i]);
        PartialSums.Store(partials, F4.Sum(sum));
    }

    /// <summary>result[slot] = Σ |a|.</summary>
    /// <exception cref="ArgumentException">There is no such slot.</exception>
    public void Launch(Tensor a, DeviceArray result, int slot)
    {
        ArgumentNullException.ThrowIfNull(a);
        Require.Slot(nameof(AbsoluteSum), result, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        int count = (int)(a.Shape.BorderedLength / 4);
        KernelConfig config = PartialSums.FirstStage(count);
        using (engine.Launch(nameof(AbsoluteSum), a.Shape.Length, 4.0 * a.Shape.Length))
            _kernel.Launch(config, a.View.Cast<F4>(), count, partials.View);
        partials.Finish(config.GridDim.X, result, slot, 1);
    }
}
