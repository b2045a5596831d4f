using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Vgg;

/// <summary>How a 2×2 window is reduced.</summary>
public enum Pooling
{
    /// <summary>The largest value: VGG19 as trained.</summary>
    Max,

    /// <summary>The average: smoother gradients (Gatys et al. 2015, arXiv:1508.06576, section "Methods").</summary>
    Average,
}

/// <summary>The variants of VGG19 that style-transfer programs use.</summary>
/// <param name="Pooling">Max or average in all five pools.</param>
/// <param name="AveragePoolScale">
/// A factor after average pooling; 2 keeps the activations' size near max pooling's.
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
