using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Vgg;

/// <summary>How a pool makes one pixel of 2×2.</summary>
public enum Pooling
{
    /// <summary>The largest value: VGG19 as trained.</summary>
    Max,

    /// <summary>The average: smoother gradients (Gatys et al. 2015, arXiv:1508.06576, section "Methods").</summary>
    Average,

    /// <summary>
    /// A weighted average of 4×4, (1, 3, 3, 1)/8 in both directions: windows overlap, so that the gradient is smooth
    /// where 2×2 windows meet and leaves no lattice of their size (Zhang 2019, arXiv:1904.11486).
    /// </summary>
    Binomial,
}

/// <summary>The variants of VGG19 that style-transfer programs use.</summary>
/// <param name="Pooling">The same in all five pools.</param>
/// <param name="AveragePoolScale">
/// A factor after pooling by averages; 2 keeps the activations' size near max pooling's.
/// </param>
/// <param name="ReplicateFirstBorder">
/// Whether the first convolution pads by replicating the edge instead of zeros.
/// </param>
/// <param name="Convolution">
/// How the convolutions are computed; none changes what they mean, but each rounds in its own way.
/// </param>
public sealed record NetworkForm(
    Pooling Pooling,
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double AveragePoolScale = 1,
    bool ReplicateFirstBorder = false,
    ConvolutionForm Convolution = ConvolutionForm.Auto);
