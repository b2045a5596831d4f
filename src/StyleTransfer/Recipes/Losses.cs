using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels.Loss;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>A layer by its Keras name and its share in a loss.</summary>
public sealed record LayerWeight(
    string Layer, [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Weight)
{
    /// <summary>Layers of equal weight.</summary>
    public static IReadOnlyList<LayerWeight> Each(double weight, params IEnumerable<string> layers) =>
        [.. layers.Select(layer => new LayerWeight(layer, weight))];
}

/// <summary>The content loss: weight · Σ over layers of (share · a · Σ (F − Ft)²), Ft the content's features.</summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="Normalization">What a is.</param>
public sealed record ContentLoss(
    IReadOnlyList<LayerWeight> Layers, [property: Range(0, double.PositiveInfinity)] double Weight,
    ContentNormalization Normalization);

/// <summary>The factor a before the sum of squared feature differences of a layer of M pixels and C channels.</summary>
public enum ContentNormalization
{
    /// <summary>1.</summary>
    Sum,

    /// <summary>½.</summary>
    HalfSum,

    /// <summary>1/(C·M).</summary>
    Mean,

    /// <summary>1/Σ Ft²: relative to the content's own features.</summary>
    Relative,
}

/// <summary>The style loss: weight · Σ over layers of (share · the layer's distance from the style).</summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
public abstract record StyleLoss(
    IReadOnlyList<LayerWeight> Layers, [property: Range(0, double.PositiveInfinity)] double Weight);

/// <summary>Distance of Gram matrices: a · Σ (G − Gt)², Gt the style's.</summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="Gram">The factor before FᵀF.</param>
/// <param name="Normalization">What a is.</param>
public sealed record GramStyleLoss(
    IReadOnlyList<LayerWeight> Layers, double Weight, GramNormalization Gram, StyleNormalization Normalization)
    : StyleLoss(Layers, Weight);

/// <summary>
/// Distance of means and covariances: the squared Wasserstein-2 distance of the two Gaussians, divided by the channels.
/// </summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="Ridge">Added to the diagonal of every covariance.</param>
public sealed record WassersteinStyleLoss(
    IReadOnlyList<LayerWeight> Layers, double Weight,
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Ridge) : StyleLoss(Layers, Weight);

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

    /// <summary>1/Σ (G(content) − Gt)²: relative to where the content starts. 1 where that sum is 0.</summary>
    Relative,
}

/// <summary>The total-variation loss on the optimised variable.</summary>
/// <param name="Form">Its formula.</param>
/// <param name="Weight">The factor before the term.</param>
public sealed record TotalVariationLoss(
    TotalVariationForm Form, [property: Range(0, double.PositiveInfinity)] double Weight);

/// <summary>The factors behind the enumerations.</summary>
internal static class Normalizations
{
    /// <summary>a of a content loss.</summary>
    /// <param name="normalization">Which.</param>
    /// <param name="elements">C·M.</param>
    /// <param name="targetSquares">Σ Ft².</param>
    public static double Factor(this ContentNormalization normalization, double elements, double targetSquares) =>
        normalization switch
        {
            ContentNormalization.Sum => 1,
            ContentNormalization.HalfSum => 0.5,
            ContentNormalization.Mean => 1 / elements,
            ContentNormalization.Relative => Reciprocal(targetSquares),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization)),
        };

    /// <summary>s of a Gram matrix.</summary>
    public static double Factor(this GramNormalization normalization, double pixels, double channels) =>
        normalization switch
        {
            GramNormalization.None => 1,
            GramNormalization.Channels => 1 / channels,
            GramNormalization.Pixels => 1 / pixels,
            GramNormalization.Elements => 1 / (channels * pixels),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization)),
        };

    /// <summary>a of a style loss.</summary>
    /// <param name="normalization">Which.</param>
    /// <param name="pixels">M, pixels of the layer.</param>
    /// <param name="channels">C.</param>
    /// <param name="picturePixels">P.</param>
    /// <param name="contentDistance">Σ (G(content) − Gt)².</param>
    public static double Factor(
        this StyleNormalization normalization, double pixels, double channels, double picturePixels,
        double contentDistance) => normalization switch
        {
            StyleNormalization.Mean => 1 / (channels * channels),
            StyleNormalization.PicturePixels => 1 / (4 * 9 * picturePixels * picturePixels),
            StyleNormalization.LayerElements => 1 / (4 * channels * channels * pixels * pixels),
            StyleNormalization.ChannelsToTheSixth => 1 / (4 * Math.Pow(channels, 8)),
            StyleNormalization.Relative => Reciprocal(contentDistance),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization)),
        };

    private static double Reciprocal(double divisor) => divisor == 0 ? 1 : 1 / divisor;
}
