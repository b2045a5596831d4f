using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Optimizer;

/// <summary>
/// Keeps the picture of the lowest loss without asking the host: where L = Σ losses[first … first+count−1] is
/// below lowest[0], lowest[0] becomes L and best becomes x.
/// </summary>
/// <remarks>
/// Shapes: x, best [H,W,C]; lowest [2], the lowest loss so far and a flag for the copy. A NaN is never lower.
/// Launch: one work-item that compares, then one per quad of the whole buffer that copies.
/// </remarks>
public sealed class KeepBest(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, int, int, ArrayView<float>> _compareKernel =
        new(engine, KeepBestCompareKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<float>, int> _copyKernel =
        new(engine, KeepBestCopyKernel);

    private static void KeepBestCompareKernel(ArrayView<float> losses, int first, int count, ArrayView<float> lowest)
    {
        float loss = 0;
        for (int i = 0; i < count; i++)
            loss += losses[first + i];
        float before = lowest[0];
        lowest[0] = Utilities.Select(loss < before, loss, before);
        lowest[1] = Utilities.Select(loss < before, 1f, 0f);
    }

    private static void KeepBestCopyKernel(ArrayView<F4> x, ArrayView<F4> best, ArrayView<float> lowest, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            if (lowest[1] > 0f)
                best[i] = x[i];
        }
    }

    /// <summary>An array for <c>lowest</c>, with no loss seen yet.</summary>
    public static DeviceArray AllocateLowest(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        DeviceArray lowest = engine.AllocateArray("lowest loss", 2);
        lowest.CopyFrom([float.PositiveInfinity, 0]);
        return lowest;
    }

    /// <summary>Compares and copies.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the losses have no such slots.</exception>
    public void Launch(Tensor x, DeviceArray losses, int first, int count, Tensor best, DeviceArray lowest)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Require.Shape(nameof(KeepBest), best, x.Shape);
        Require.Slot(nameof(KeepBest), losses, first);
        Require.Slot(nameof(KeepBest), losses, first + count - 1);
        Require.Length(nameof(KeepBest), lowest, 2);
        using (engine.Launch("KeepBest (compare)", count, 4.0 * (count + 3)))
            _compareKernel.Launch(new KernelConfig(1, 1), losses.View, first, count, lowest.View);
        int quads = (int)(x.Shape.BorderedLength / 4);
        // Where nothing is lower nothing is moved, which the host does not learn.
        using (engine.Launch("KeepBest (copy)", 0, 8.0 * x.Shape.Length))
            _copyKernel.Launch(FlatLaunch.Over(quads), x.View.Cast<F4>(), best.View.Cast<F4>(), lowest.View, quads);
    }
}
