using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Moments;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>
/// Distance of Gram matrices G = FᵀF/M, channel means μ and standard deviations σ, each relative to the content's:
/// GramShare·Σ ΔG²/Dg + MomentShare·(Σ Δμ²/Dm + Σ Δσ²/Ds), Δ the difference from the style and D that of the content.
/// </summary>
/// <remarks>
/// Source: Galerne, Raad, Lezama and Morel 2024, "Scaling Painting Style Transfer", arXiv:2212.13459, whose factors are
/// for a network of another scale; see <see cref="RelativeTerm"/>.
/// </remarks>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="GramShare">The share of the Gram matrices.</param>
/// <param name="MomentShare">The share of the means, and that of the standard deviations.</param>
public sealed record MomentsStyleLoss(
    IReadOnlyList<LayerWeight> Layers, double Weight,
    [property: Range(0, double.PositiveInfinity)] double GramShare,
    [property: Range(0, double.PositiveInfinity)] double MomentShare) : StyleLoss(Layers, Weight)
{
    /// <summary>Statistics are those of a distribution, in which a pixel counts as the mask says.</summary>
    internal override double GuideOf(double mask) => Math.Sqrt(mask);

    internal override bool IsRelativeToContent => true;

    internal override bool ReadsMoments => true;

    /// <summary>The Gram matrix, C × C, the means and the standard deviations, C values each.</summary>
    internal override IReadOnlyList<float[]> Statistics(LayerStatistics style) =>
        [style.Gram, style.Means!, style.Deviations!];

    /// <summary>Σ of the squared difference between content and style, for each statistic.</summary>
    internal override IReadOnlyList<double> Divisors(LayerStatistics content, IReadOnlyList<float[]> style) =>
        [.. Statistics(content).Zip(style, RelativeTerm.Divisor)];

    internal override double GramScale(TensorShape layer) => 1.0 / layer.Pixels;

    internal override StyleComparison Record(
        Tape tape, string name, Variable features, Variable? guide, int picturePixels)
    {
        GramDifference gram = GramDifference.Record(
            tape, $"Gram {name}", features, (float)GramScale(features.Shape), weight: 0);
        MomentDifference moments = MomentDifference.Record(tape, $"moments {name}", features, guide);
        return new StyleComparison([gram, moments], (target, strength) =>
        {
            gram.SetTarget(target.Statistics[0]);
            gram.Weight = (float)(strength * GramShare * RelativeTerm.Factor(target.Divisors[0]));
            moments.SetTarget(target.Statistics[1], target.Statistics[2]);
            moments.Weight = (float)(strength * MomentShare);
            moments.Factors = new MomentFactors(
                (float)RelativeTerm.Factor(target.Divisors[1]), (float)RelativeTerm.Factor(target.Divisors[2]));
        });
    }
}
