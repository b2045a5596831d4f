namespace ILGPU;

/// <summary>How hard the kernel compiler works.</summary>
public enum OptimizationLevel
{
    /// <summary>No optimization.</summary>
    O0,

    /// <summary>The default.</summary>
    O1,

    /// <summary>Everything.</summary>
    O2,
}
