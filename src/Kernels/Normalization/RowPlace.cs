using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>
/// A work-item's place in the group that adds up a row: quads of channels are fastest, and lanes of them deal out the
/// columns.
/// </summary>
/// <remarks>A group has 256 work-items; a row of more quads is dealt out to several groups.</remarks>
internal readonly struct RowPlace
{
    /// <summary>The row, counted from 0.</summary>
    public readonly int Row;

    /// <summary>Which quad of a pixel; a valid one where the work-item has nothing to do.</summary>
    public readonly int Quad;

    /// <summary>The first column; past all columns where there is nothing to do.</summary>
    public readonly int Lane;

    /// <summary>From one column to the next.</summary>
    public readonly int Lanes;

    private readonly int _groupQuads;
    private readonly int _groupQuad;

    private RowPlace(int item, int group, int quads)
    {
        _groupQuads = IntrinsicMath.Min(quads, GroupSum.GroupSize);
        Lanes = GroupSum.GroupSize / _groupQuads;
        int groups = Groups(quads);
        Row = group / groups;
        int lane = item / _groupQuads;
        _groupQuad = item - lane * _groupQuads;
        int quad = (group - Row * groups) * _groupQuads + _groupQuad;
        Quad = IntrinsicMath.Min(quad, quads - 1);
        Lane = Utilities.Select(lane < Lanes & quad < quads, lane, int.MaxValue);
    }

    /// <summary>Whether it is the one that stores its quad's sums.</summary>
    public bool Stores => Lane == 0;

    /// <summary>That of the calling work-item, quads being those of a pixel.</summary>
    public static RowPlace Of(int quads) => new(Group.IdxX, Grid.IdxX, quads);

    /// <summary>The launch over so many rows.</summary>
    public static KernelConfig Over(int rows, int quads) => new(rows * Groups(quads), GroupSum.GroupSize);

    /// <summary>
    /// The sum over the lanes of a quad, lane by lane. All work-items of the group must call it.
    /// </summary>
    public F4 Total(F4 value)
    {
        ArrayView<F4> shared = SharedMemory.Allocate<F4>(GroupSum.GroupSize);
        shared[Group.IdxX] = value;
        Group.Barrier();
        F4 sum = default;
        for (int lane = 0; lane < Lanes; lane++)
            sum += shared[lane * _groupQuads + _groupQuad];
        Group.Barrier();
        return sum;
    }

    private static int Groups(int quads) => (quads + GroupSum.GroupSize - 1) / GroupSum.GroupSize;
}
