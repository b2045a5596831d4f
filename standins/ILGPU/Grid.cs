namespace ILGPU;

/// <summary>The grid of groups of an explicitly grouped launch.</summary>
public static class Grid
{
    /// <summary>Index of this group along X.</summary>
    public static int IdxX => throw KernelOnly.Error("Grid.IdxX");

    /// <summary>Index of this group along Y.</summary>
    public static int IdxY => throw KernelOnly.Error("Grid.IdxY");

    /// <summary>Index of this group along Z.</summary>
    public static int IdxZ => throw KernelOnly.Error("Grid.IdxZ");

    /// <summary>Number of groups along X.</summary>
    public static int DimX => throw KernelOnly.Error("Grid.DimX");
}
