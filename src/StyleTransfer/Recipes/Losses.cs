using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.StyleTransfer.Losses;

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
/// <remarks>
/// A kind's file holds its settings, derived from this, and all that is its own: what it compares of a style, and how
/// its terms are recorded. Recipe files find it by themselves, by the record's name without "StyleLoss".
/// </remarks>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
public abstract record StyleLoss(
    IReadOnlyList<LayerWeight> Layers, [property: Range(0, double.PositiveInfinity)] double Weight)
{
    /// <summary>
    /// The guide T of a pixel whose mask has this value, before T is normalised: see <see cref="StyleRegion"/>.
    /// </summary>
    internal virtual double GuideOf(double mask) => mask;

    /// <summary>Whether <see cref="Divisors"/> reads the content's statistics.</summary>
    internal virtual bool IsRelativeToContent => false;

    /// <summary>Whether the channels' means and deviations of a layer are read, beside its Gram matrix.</summary>
    internal virtual bool ReadsMoments => false;

    /// <summary>s of the Gram matrix s·FᵀF that this reads of a layer.</summary>
    internal abstract double GramScale(TensorShape layer);

    /// <summary>
    /// What is compared of a style picture's layer: arrays whose averages, by the styles' weights, stand for several
    /// styles.
    /// </summary>
    internal abstract IReadOnlyList<float[]> Statistics(LayerStatistics style);

    /// <summary>What terms are divided by that are relative to the content; none where they are not.</summary>
    /// <param name="content">The content's statistics of a layer, in the region that counts.</param>
    /// <param name="style">The statistics that the region's styles have there.</param>
    internal virtual IReadOnlyList<double> Divisors(LayerStatistics content, IReadOnlyList<float[]> style) => [];

    /// <summary>Records the term of a layer in a region.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="name">Of the term.</param>
    /// <param name="features">The layer's features F; T·F where there is a guide.</param>
    /// <param name="guide">T, H × W; null for a region that is the whole.</param>
    /// <param name="picturePixels">Pixels of the picture, whatever the layer's own size.</param>
    internal abstract StyleComparison Record(
        Tape tape, string name, Variable features, Variable? guide, int picturePixels);
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
            ContentNormalization.Relative => RelativeTerm.Factor(targetSquares),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization)),
        };
}
