namespace ILGPU;

/// <summary>The launch geometry of an explicitly grouped kernel.</summary>
public readonly struct KernelConfig
{
    /// <summary>A one-dimensional launch.</summary>
    /// <param name="gridDim">Number of groups.</param>
    /// <param name="groupDim">Threads in a group.</param>
    public KernelConfig(Index1D gridDim, Index1D groupDim)
        : this(new Index3D(gridDim.X, 1, 1), new Index3D(groupDim.X, 1, 1))
    {
    }

    /// <summary>A two-dimensional launch.</summary>
    /// <param name="gridDim">Number of groups along each axis.</param>
    /// <param name="groupDim">Threads in a group along each axis.</param>
    public KernelConfig(Index2D gridDim, Index2D groupDim)
        : this(new Index3D(gridDim.X, gridDim.Y, 1), new Index3D(groupDim.X, groupDim.Y, 1))
    {
    }

    /// <summary>A three-dimensional launch.</summary>
    /// <param name="gridDim">Number of groups along each axis.</param>
    /// <param name="groupDim">Threads in a group along each axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public KernelConfig(Index3D gridDim, Index3D groupDim)
    {
        if (gridDim.X < 0 || gridDim.Y < 0 || gridDim.Z < 0)
            throw new ArgumentOutOfRangeException(nameof(gridDim), gridDim, "A grid dimension is negative.");
        if (groupDim.X < 0 || groupDim.Y < 0 || groupDim.Z < 0)
            throw new ArgumentOutOfRangeException(nameof(groupDim), groupDim, "A group dimension is negative.");
        GridDim = gridDim;
        GroupDim = groupDim;
    }

    /// <summary>Number of groups along each axis.</summary>
    public Index3D GridDim { get; }

    /// <summary>Threads in a group along each axis.</summary>
    public Index3D GroupDim { get; }

    /// <summary>Whether the launch has at least one thread.</summary>
    public bool IsValid =>
        GridDim.X > 0 && GridDim.Y > 0 && GridDim.Z > 0 &&
        GroupDim.X > 0 && GroupDim.Y > 0 && GroupDim.Z > 0;

    /// <summary>(groups, threads in a group).</summary>
    public static implicit operator KernelConfig((Index1D, Index1D) dimensions) =>
        new(dimensions.Item1, dimensions.Item2);

    /// <summary>(groups along each axis, threads in a one-dimensional group).</summary>
    public static implicit operator KernelConfig((Index3D, Index1D) dimensions) =>
        new(dimensions.Item1, new Index3D(dimensions.Item2.X, 1, 1));

    /// <summary>(groups along each axis, threads in a two-dimensional group).</summary>
    public static implicit operator KernelConfig((Index3D, Index2D) dimensions) =>
        new(dimensions.Item1, new Index3D(dimensions.Item2.X, dimensions.Item2.Y, 1));

    /// <summary>(groups along each axis, threads in a group along each axis).</summary>
    public static implicit operator KernelConfig((Index2D, Index2D) dimensions) =>
        new(dimensions.Item1, dimensions.Item2);

    /// <summary>(groups along each axis, threads in a group along each axis).</summary>
    public static implicit operator KernelConfig((Index3D, Index3D) dimensions) =>
        new(dimensions.Item1, dimensions.Item2);
}
