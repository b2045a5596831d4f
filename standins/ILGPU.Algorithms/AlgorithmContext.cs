namespace ILGPU.Algorithms;

/// <summary>Makes <see cref="XMath"/> usable in kernels.</summary>
public static class AlgorithmContext
{
    /// <summary>Lets kernels call <see cref="XMath"/>; the OpenCL stand-in always does.</summary>
    public static Context.Builder EnableAlgorithms(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }
}
