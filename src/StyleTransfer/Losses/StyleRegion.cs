using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>
/// A part of the result and the style that it takes: the whole, with the average of all styles, or a mask with one.
/// </summary>
/// <remarks>
/// A guide T weighs the features before the Gram matrix, which becomes s·Σ T²·F·Fᵀ, and T is normalised so that Σ T² is
/// the number of pixels: a region's matrix is as large as if the region filled the picture. T is the mask itself in
/// Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, "Controlling Perceptual Factors in Neural Style Transfer",
/// arXiv:1611.07865, section 4.1, where Σ T² is 1 and the layer's size is in the weight; a loss may take another T
/// (<see cref="StyleLoss.GuideOf"/>).
/// </remarks>
internal sealed class StyleRegion
{
    private readonly StyleMask? _mask;

    private StyleRegion(StyleMask? mask, IReadOnlyList<StylePicture> styles, double totalWeight)
    {
        _mask = mask;
        Share = styles.Sum(style => style.Weight) / totalWeight;
        Styles = [.. styles.Select(style => (style.Picture, style.Weight / styles.Sum(other => other.Weight)))];
    }

    /// <summary>The region's share in the style loss; all together are 1.</summary>
    public double Share { get; }

    /// <summary>The styles whose statistics are averaged, with shares that are 1 together.</summary>
    public IReadOnlyList<(RgbPicture Picture, double Share)> Styles { get; }

    /// <summary>Whether a mask bounds the region.</summary>
    public bool IsMasked => _mask is not null;

    /// <summary>One region for each style where any has a mask, else one for all.</summary>
    public static IReadOnlyList<StyleRegion> Of(ScalePictures pictures)
    {
        double totalWeight = pictures.Styles.Sum(style => style.Weight);
        if (pictures.Styles.All(style => style.Mask is null))
            return [new StyleRegion(null, pictures.Styles, totalWeight)];
        return [.. pictures.Styles.Select(style => new StyleRegion(
            style.Mask ?? StyleMask.Everywhere(pictures.Content.Height, pictures.Content.Width),
            [style],
            totalWeight))];
    }

    /// <summary>
    /// The guide at a layer: H × W values. The mask shrinks as the network's pools do, by averages of 2×2, an odd last
    /// row or column dropped; all zero where nothing of it is left.
    /// </summary>
    /// <exception cref="InvalidOperationException">The region has no mask.</exception>
    public float[] GuideAt(TensorShape features, StyleLoss loss)
    {
        StyleMask mask = _mask ?? throw new InvalidOperationException("The region has no mask.");
        while (mask.Height > features.Height)
            mask = mask.Halved();
        double[] guide = Array.ConvertAll(mask.Values, value => loss.GuideOf(value));
        double squares = guide.Sum(value => value * value);
        double factor = squares > 0 ? Math.Sqrt(guide.Length / squares) : 0;
        return Array.ConvertAll(guide, value => (float)(factor * value));
    }
}
