namespace ILGPU.Runtime;

/// <summary>What the compiler may assume of a kernel's launches.</summary>
public readonly struct KernelSpecialization : IEquatable<KernelSpecialization>
{
    /// <summary>No assumptions.</summary>
    public static readonly KernelSpecialization Empty;

    /// <summary>Assumptions of a kernel's launches.</summary>
    /// <param name="maxNumThreadsPerGroup">No group is larger.</param>
    /// <param name="minNumGroupsPerMultiprocessor">So many groups shall fit on a multiprocessor at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is less than 1.</exception>
    public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor)
    {
        if (maxNumThreadsPerGroup < 1)
            throw new ArgumentOutOfRangeException(nameof(maxNumThreadsPerGroup));
        if (minNumGroupsPerMultiprocessor < 1)
            throw new ArgumentOutOfRangeException(nameof(minNumGroupsPerMultiprocessor));
        MaxNumThreadsPerGroup = maxNumThreadsPerGroup;
        MinNumGroupsPerMultiprocessor = minNumGroupsPerMultiprocessor;
    }

    /// <summary>No group is larger.</summary>
    public int? MaxNumThreadsPerGroup { get; }

    /// <summary>So many groups shall fit on a multiprocessor at once; OpenCL knows no such hint.</summary>
    public int? MinNumGroupsPerMultiprocessor { get; }

    /// <summary>Whether two specializations are the same.</summary>
    public static bool operator ==(KernelSpecialization first, KernelSpecialization second) =>
        first.MaxNumThreadsPerGroup == second.MaxNumThreadsPerGroup &&
        first.MinNumGroupsPerMultiprocessor == second.MinNumGroupsPerMultiprocessor;

    /// <summary>Whether two specializations differ.</summary>
    public static bool operator !=(KernelSpecialization first, KernelSpecialization second) => !(first == second);

    /// <inheritdoc/>
    public bool Equals(KernelSpecialization other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KernelSpecialization other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxNumThreadsPerGroup, MinNumGroupsPerMultiprocessor);
}
