namespace ILGPU.Compiler;

/// <summary>What a kernel's first parameter is: none of ours, or the index of its thread.</summary>
internal enum KernelIndexKind
{
    /// <summary>Explicitly grouped.</summary>
    Explicit,

    /// <summary>One thread for each element of a one-dimensional extent.</summary>
    Index1D,

    /// <summary>One thread for each element of a two-dimensional extent.</summary>
    Index2D,

    /// <summary>One thread for each element of a three-dimensional extent.</summary>
    Index3D,
}

/// <summary>How a kernel parameter is passed.</summary>
internal enum KernelParameterKind
{
    /// <summary>cl_mem, offset in elements (long), length (long).</summary>
    View,

    /// <summary>The value's bytes.</summary>
    Value,
}

/// <summary>A kernel parameter; of a view, the element type.</summary>
internal sealed record KernelParameter(KernelParameterKind Kind, Type Type);

/// <summary>
/// A kernel in OpenCL C. Its arguments are: the extent's dimensions (int) if implicitly grouped, then each parameter.
/// </summary>
/// <param name="EntryName">The kernel function.</param>
/// <param name="Source">The program.</param>
/// <param name="Parameters">What it takes behind the extent.</param>
/// <param name="Constants">The static readonly numbers in it.</param>
internal sealed record CompiledKernel(
    string EntryName, string Source, IReadOnlyList<KernelParameter> Parameters, IReadOnlyList<BakedConstant> Constants);
