using ILGPU;

namespace IlgpuStyle.Kernels.Reduction;

/// <summary>Inner product: result[slot] = Σ a·b over all elements.</summary>
/// <remarks>
/// Shapes: a, b [H,W,C], or flat arrays of one length; a and b may be the same. Fixed order, no atomics. Launch: two
/// stages (<see cref="PartialSums"/>) over the quads of the whole buffer, border and padding being zero, or over the
/// elements of arrays.
/// </remarks>
public sealed class Dot(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, int, ArrayView<float>> _kernel = new(engine, DotKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, ArrayView<float>> _arrayKernel =
        new(engine, ArrayDotKernel);

    private static void DotKernel(ArrayView<F4> a, ArrayView<F4> b, int count, ArrayView<float> partials)
    {
        F4 sum = default;
        for (int i = FlatLaunch.Item; i < count; i += Grid.DimX * Group.DimX)
            sum += a[i] * b[i];
        PartialSums.Store(partials, F4.Sum(sum));
    }

    private static void ArrayDotKernel(
        ArrayView<float> a, ArrayView<float> b, int count, ArrayView<float> partials)
    {
        float sum = 0;
        for (int i = FlatLaunch.Item; i < count; i += Grid.DimX * Group.DimX)
            sum += a[i] * b[i];
        PartialSums.Store(partials, sum);
    }

    /// <summary>result[slot] = Σ a·b.</summary>
    /// <exception cref="ArgumentException">The shapes differ or there is no such slot.</exception>
    public void Launch(Tensor a, Tensor b, DeviceArray result, int slot)
    {
        ArgumentNullException.ThrowIfNull(a);
        Require.Shape(nameof(Dot), b, a.Shape);
        Require.Slot(nameof(Dot), result, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        int count = (int)(a.Shape.BorderedLength / 4);
        KernelConfig config = PartialSums.FirstStage(count);
        using (engine.Launch(nameof(Dot), 2.0 * a.Shape.Length, 8.0 * a.Shape.Length))
            _kernel.Launch(config, a.View.Cast<F4>(), b.View.Cast<F4>(), count, partials.View);
        partials.Finish(config.GridDim.X, result, slot, 1);
    }

    /// <summary>result[slot] = Σ a·b.</summary>
    /// <exception cref="ArgumentException">The lengths differ or there is no such slot.</exception>
    public void Launch(DeviceArray a, DeviceArray b, DeviceArray result, int slot)
    {
        ArgumentNullException.ThrowIfNull(a);
        Require.Length(nameof(Dot), b, a.Length);
        Require.Slot(nameof(Dot), result, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        int count = checked((int)a.Length);
        KernelConfig config = PartialSums.FirstStage(count);
        using (engine.Launch(nameof(Dot), 2.0 * count, 8.0 * count))
            _arrayKernel.Launch(config, a.View, b.View, count, partials.View);
        partials.Finish(config.GridDim.X, result, slot, 1);
    }
}
