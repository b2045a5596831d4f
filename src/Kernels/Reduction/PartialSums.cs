using ILGPU;

namespace IlgpuStyle.Kernels.Reduction;

/// <summary>
/// The second stage of every reduction: result[slot] = scale · Σ partials, one partial per group of the first
/// stage.
/// </summary>
/// <remarks>
/// Both stages add in a fixed order, so that the same input gives the same bits. The partials are shared by
/// all reductions of an engine: its launches run in order. Launch: one group.
/// </remarks>
internal sealed class PartialSums : IDisposable
{
    /// <summary>The most groups that a first stage may have.</summary>
    public const int MaxGroups = 1024;

    /// <summary>Items that a work-item of the first stage adds up at least, unless there are fewer.</summary>
    private const int ItemsPerWorkItem = 8;

    private readonly Engine _engine;
    private readonly DeviceArray _partials;
    private readonly DeviceKernel<ArrayView<float>, int, ArrayView<float>, int, float> _kernel;

    public PartialSums(Engine engine)
    {
        _engine = engine;
        _partials = engine.AllocateUninitializedArray("partial sums", MaxGroups);
        _kernel = new(engine, PartialSumsKernel);
    }

    private static void PartialSumsKernel(
        ArrayView<float> partials, int count, ArrayView<float> result, int slot, float scale)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < count; i += GroupSum.GroupSize)
            sum += partials[i];
        float total = GroupSum.Of(sum);
        if (Group.IdxX == 0)
            result[slot] = scale * total;
    }

    /// <summary>Where group g of the first stage stores its partial, at [g].</summary>
    public ArrayView<float> View => _partials.View;

    /// <summary>Groups for the first stage over a number of items.</summary>
    public static KernelConfig FirstStage(int items)
    {
        const int perGroup = GroupSum.GroupSize * ItemsPerWorkItem;
        return new(Math.Clamp((items + perGroup - 1) / perGroup, 1, MaxGroups), GroupSum.GroupSize);
    }

    /// <summary>
    /// The end of a first stage's kernel: adds up one value per work-item of the group and stores the group's partial.
    /// All work-items of the group must call it.
    /// </summary>
    public static void Store(ArrayView<float> partials, float value)
    {
        float total = GroupSum.Of(value);
        if (Group.IdxX == 0)
            partials[Grid.IdxX] = total;
    }

    /// <summary>result[slot] = scale · Σ partials[0 … groups−1].</summary>
    public void Finish(int groups, DeviceArray result, int slot, float scale)
    {
        using (_engine.Launch(nameof(PartialSums), groups, 4.0 * groups))
            _kernel.Launch(new KernelConfig(1, GroupSum.GroupSize), _partials.View, groups, result.View, slot, scale);
    }

    public void Dispose() => _partials.Dispose();
}
