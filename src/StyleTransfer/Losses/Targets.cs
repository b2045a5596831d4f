using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>
/// What the losses compare with, computed once: the content's features, the styles' statistics, and the sums that
/// relative losses are divided by. On the host.
/// </summary>
internal sealed class Targets
{
    private readonly Dictionary<string, float[]> _content = [];
    private readonly Dictionary<(string Layer, int Region), float[]> _grams = [];
    private readonly Dictionary<(string Layer, int Region), float[]> _means = [];
    private readonly Dictionary<(string Layer, int Region), double> _contentDistances = [];

    /// <summary>Runs the content and each style through the network.</summary>
    public Targets(Engine engine, VggNetwork network, Recipe recipe, ScalePictures pictures)
    {
        string[] styleLayers = [.. recipe.Style.Layers.Select(layer => layer.Layer)];
        IReadOnlyList<StyleRegion> regions = StyleRegion.Of(pictures);
        for (int region = 0; region < regions.Count; region++)
        {
            foreach ((RgbPicture style, double share) in regions[region].Styles)
            {
                using FeatureExtractor features = FeatureExtractor.Run(engine, network, style, styleLayers);
                foreach (string layer in styleLayers)
                {
                    Add(_grams, (layer, region), Gram(features, layer, recipe.Style), share);
                    if (recipe.Style is WassersteinStyleLoss)
                        Add(_means, (layer, region), features.ChannelMeans(layer), share);
                }
            }
        }

        using FeatureExtractor content = FeatureExtractor.Run(engine, network, pictures.Content, recipe.Layers());
        foreach (LayerWeight layer in recipe.Content.Layers)
            _content.Add(layer.Layer, content.Features(layer.Layer));
        if (recipe.Style is GramStyleLoss { Normalization: StyleNormalization.Relative })
        {
            foreach ((string Layer, int Region) key in _grams.Keys)
            {
                StyleRegion region = regions[key.Region];
                float[]? mask = region.IsMasked ? region.GuideAt(content.ShapeOf(key.Layer), recipe.Style) : null;
                _contentDistances.Add(key, SquaredDistance(Gram(content, key.Layer, recipe.Style, mask), _grams[key]));
            }
        }
    }

    /// <summary>A content layer's features, H × W × C.</summary>
    public float[] Content(string layer) => _content[layer];

    /// <summary>Σ Ft² of a content layer.</summary>
    public double ContentSquares(string layer) => _content[layer].Sum(value => (double)value * value);

    /// <summary>A style layer's Gram matrix, averaged over a region's styles with their weights: C × C.</summary>
    public float[] Gram(string layer, int region) => _grams[(layer, region)];

    /// <summary>Σ (G(content) − Gt)² of a style layer; 0 unless the recipe's style loss is relative.</summary>
    public double ContentDistance(string layer, int region) => _contentDistances.GetValueOrDefault((layer, region));

    /// <summary>
    /// The channel means of a style layer for a Wasserstein loss, averaged as the Gram matrices: C values.
    /// </summary>
    public float[] Means(string layer, int region) => _means[(layer, region)];

    /// <summary>The covariance of a style layer for a Wasserstein loss, ridge included: C × C.</summary>
    public float[] Covariance(string layer, int region, double ridge)
    {
        float[] means = _means[(layer, region)];
        float[] covariance = [.. _grams[(layer, region)]];
        for (int row = 0; row < means.Length; row++)
        {
            for (int column = 0; column < means.Length; column++)
            {
                covariance[row * means.Length + column] -= (float)((double)means[row] * means[column]
                    - (row == column ? ridge : 0));
            }
        }
        return covariance;
    }

    /// <summary>The Gram matrix as the loss normalises it; for a Wasserstein loss the second moment FᵀF/M.</summary>
    private static float[] Gram(FeatureExtractor features, string layer, StyleLoss loss, float[]? mask = null)
    {
        TensorShape shape = features.ShapeOf(layer);
        GramNormalization normalization = loss is GramStyleLoss gram ? gram.Gram : GramNormalization.Pixels;
        double scale = normalization.Factor(shape.Pixels, shape.Channels);
        return mask is null ? features.Gram(layer, scale) : features.MaskedGram(layer, mask, scale);
    }

    private static void Add(
        Dictionary<(string Layer, int Region), float[]> sums, (string Layer, int Region) key, float[] values,
        double share)
    {
        if (!sums.TryGetValue(key, out float[]? sum))
            sums.Add(key, sum = new float[values.Length]);
        for (int i = 0; i < values.Length; i++)
            sum[i] += (float)(share * values[i]);
    }

    private static double SquaredDistance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }
}
