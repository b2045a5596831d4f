using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>Distance of Gram matrices: a · Σ (G − Gt)², Gt the style's.</summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="Gram">The factor before FᵀF.</param>
/// <param name="Normalization">What a is.</param>
public sealed record GramStyleLoss(
    IReadOnlyList<LayerWeight> Layers, double Weight, GramNormalization Gram, StyleNormalization Normalization)
    : StyleLoss(Layers, Weight)
{
    /// <summary>Σ (G(content) − Gt)² is then what a divides by.</summary>
    internal override bool IsRelativeToContent => Normalization == StyleNormalization.Relative;

    /// <summary>The Gram matrix, C × C.</summary>
    internal override IReadOnlyList<float[]> Statistics(LayerStatistics style) => [style.Gram];

    internal override IReadOnlyList<double> Divisors(LayerStatistics content, IReadOnlyList<float[]> style) =>
        [RelativeTerm.Divisor(content.Gram, style[0])];

    internal override StyleComparison Record(
        Tape tape, string name, Variable features, Variable? guide, int picturePixels)
    {
        TensorShape shape = features.Shape;
        GramDifference loss = GramDifference.Record(tape, name, features, (float)GramScale(shape), weight: 0);
        return new StyleComparison([loss], (target, strength) =>
        {
            loss.SetTarget(target.Statistics[0]);
            loss.Weight = (float)(strength * Factor(shape, picturePixels, target.Divisors));
        });
    }

    internal override double GramScale(TensorShape layer)
    {
        double pixels = layer.Pixels;
        double channels = layer.Channels;
        return Gram switch
        {
            GramNormalization.None => 1,
            GramNormalization.Channels => 1 / channels,
            GramNormalization.Pixels => 1 / pixels,
            GramNormalization.Elements => 1 / (channels * pixels),
            _ => throw new InvalidOperationException($"Gram normalisation {Gram} is unknown."),
        };
    }

    /// <summary>a.</summary>
    private double Factor(TensorShape layer, double picturePixels, IReadOnlyList<double> divisors)
    {
        double pixels = layer.Pixels;
        double channels = layer.Channels;
        return Normalization switch
        {
            StyleNormalization.Mean => 1 / (channels * channels),
            StyleNormalization.PicturePixels => 1 / (4 * 9 * picturePixels * picturePixels),
            StyleNormalization.LayerElements => 1 / (4 * channels * channels * pixels * pixels),
            StyleNormalization.ChannelsToTheSixth => 1 / (4 * Math.Pow(channels, 8)),
            StyleNormalization.Relative => RelativeTerm.Factor(divisors[0]),
            _ => throw new InvalidOperationException($"Style normalisation {Normalization} is unknown."),
        };
    }
}

/// <summary>The factor s in G = s·FᵀF of a layer of M pixels and C channels.</summary>
public enum GramNormalization
{
    /// <summary>1.</summary>
    None,

    /// <summary>1/C.</summary>
    Channels,

    /// <summary>1/M.</summary>
    Pixels,

    /// <summary>1/(C·M).</summary>
    Elements,
}

/// <summary>The factor a before the sum of squared Gram differences of a layer of M pixels and C channels.</summary>
public enum StyleNormalization
{
    /// <summary>1/C²: the mean over the matrix.</summary>
    Mean,

    /// <summary>1/(4·3²·P²) with P the pixels of the picture, whatever the layer's own size.</summary>
    PicturePixels,

    /// <summary>1/(4·C²·M²).</summary>
    LayerElements,

    /// <summary>1/(C²·4·C⁶): the mean, divided by 4·C⁶.</summary>
    ChannelsToTheSixth,

    /// <summary>
    /// 1/Σ (G(content) − Gt)²: relative to where the content starts, but at most 1/(0.01·Σ Gt²), for a content that has
    /// the style already. 1 where both are 0.
    /// </summary>
    Relative,
}
