using ILGPU;

namespace IlgpuStyle.Kernels.Reduction;

/// <summary>Sum over the work-items of a group, in a fixed order: a binary tree in shared memory.</summary>
internal static class GroupSum
{
    /// <summary>Work-items in a reducing group: a power of two for the tree.</summary>
    public const int GroupSize = 256;

    /// <summary>
    /// Adds up one value per work-item of a group of <see cref="GroupSize"/>; every work-item gets the sum.
    /// All work-items of the group must call it.
    /// </summary>
    public static float Of(float value)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSize);
        shared[Group.IdxX] = value;
        Group.Barrier();
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
                shared[Group.IdxX] = shared[Group.IdxX] + shared[Group.IdxX + half];
            Group.Barrier();
        }
        return shared[0];
    }
}
