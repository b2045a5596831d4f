namespace ILGPU;

/// <summary>Makes <see cref="Algorithms.XMath"/> usable in kernels.</summary>
public static class AlgorithmContext
{
    /// <summary>Lets kernels call <see cref="Algorithms.XMath"/>; the OpenCL stand-in always does.</summary>
    public static Context.Builder EnableAlgorithms(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}
