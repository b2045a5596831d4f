namespace IlgpuStyle.Kernels.Convolution;

/// <summary>How a 3×3 convolution is computed.</summary>
public enum ConvolutionForm
{
    /// <summary>
    /// The faster of <see cref="Direct"/> and <see cref="Winograd"/>, by the rule of <see cref="ConvolutionPlan"/>.
    /// </summary>
    Auto,

    /// <summary>Nine taps summed as they stand, in register tiles.</summary>
    Direct,

    /// <summary>Winograd F(4×4,3×3): 4 times fewer multiplications, about 10 times the rounding error.</summary>
    Winograd,

    /// <summary>
    /// One work-item per output element: the oracle in tests, and what shapes get that the others do not take.
    /// </summary>
    Plain,
}
