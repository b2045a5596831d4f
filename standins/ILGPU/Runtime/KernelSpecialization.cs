namespace ILGPU.Runtime;

/// <summary>What the compiler may assume of a kernel's launches.</summary>
public readonly struct KernelSpecialization
{
    /// <summary>No assumptions.</summary>
    public static readonly KernelSpecialization Empty;

    /// <summary>Assumptions of a kernel's launches.</summary>
    /// <param name="maxNumThreadsPerGroup">No group is larger.</param>
    /// <param name="minNumGroupsPerMultiprocessor">
    /// So many groups shall fit on a multiprocessor at once; OpenCL knows no such hint.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is less than 1.</exception>
    public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor)
    {
        if (maxNumThreadsPerGroup < 1)
            throw new ArgumentOutOfRangeException(nameof(maxNumThreadsPerGroup));
        if (minNumGroupsPerMultiprocessor < 1)
            throw new ArgumentOutOfRangeException(nameof(minNumGroupsPerMultiprocessor));
        MaxNumThreadsPerGroup = maxNumThreadsPerGroup;
    }

    /// <summary>No group is larger.</summary>
    public int? MaxNumThreadsPerGroup { get; }
}
