using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>Launch geometry of kernels with one work-item per item: ⌈n / 256⌉ groups of 256.</summary>
internal static class FlatLaunch
{
    /// <summary>Work-items in a group; a multiple of every GPU's warp, and a loop that PoCL vectorizes.</summary>
    public const int GroupSize = 256;

    /// <summary>
    /// For kernels that would take more than 40 registers of a GPU thread: six groups are to fit a multiprocessor,
    /// which leaves each thread 40 of its 65536, without spilling.
    /// </summary>
    public static KernelSpecialization SixGroups { get; } = new(GroupSize, 6);

    public static KernelConfig Over(int items) => new((items + GroupSize - 1) / GroupSize, GroupSize);

    /// <summary>The item that the calling work-item is for; items past the end must be skipped.</summary>
    public static int Item => Grid.IdxX * Group.DimX + Group.IdxX;
}
