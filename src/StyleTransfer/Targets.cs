using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// What the losses compare with, computed once: the content's features, the styles' statistics, and the sums that
/// relative losses are divided by. On the host.
/// </summary>
internal sealed class Targets
{
    private readonly Dictionary<string, float[]> _content = [];
    private readonly Dictionary<string, float[]> _grams = [];
    private readonly Dictionary<string, float[]> _means = [];
    private readonly Dictionary<string, double> _contentDistances = [];

    /// <summary>Runs the content and each style through the network.</summary>
    public Targets(Engine engine, VggNetwork network, Recipe recipe, StagePictures pictures)
    {
        string[] styleLayers = [.. recipe.Style.Layers.Select(layer => layer.Layer)];
        double totalWeight = pictures.Styles.Sum(style => style.Weight);
        foreach (StylePicture style in pictures.Styles)
        {
            using FeatureExtractor features = FeatureExtractor.Run(engine, network, style.Picture, styleLayers);
            foreach (string layer in styleLayers)
            {
                Add(_grams, layer, Gram(features, layer, recipe.Style), style.Weight / totalWeight);
                if (recipe.Style is WassersteinStyleLoss)
                    Add(_means, layer, features.ChannelMeans(layer), style.Weight / totalWeight);
            }
        }

        using FeatureExtractor content = FeatureExtractor.Run(engine, network, pictures.Content, recipe.Layers());
        foreach (LayerWeight layer in recipe.Content.Layers)
            _content.Add(layer.Layer, content.Features(layer.Layer));
        if (recipe.Style is GramStyleLoss { Normalization: StyleNormalization.Relative })
        {
            foreach (string layer in styleLayers)
                _contentDistances.Add(layer, SquaredDistance(Gram(content, layer, recipe.Style), _grams[layer]));
        }
    }

    /// <summary>A content layer's features, H × W × C.</summary>
    public float[] Content(string layer) => _content[layer];

    /// <summary>Σ Ft² of a content layer.</summary>
    public double ContentSquares(string layer) => _content[layer].Sum(value => (double)value * value);

    /// <summary>A style layer's Gram matrix, averaged over the styles with their weights: C × C.</summary>
    public float[] Gram(string layer) => _grams[layer];

    /// <summary>Σ (G(content) − Gt)² of a style layer; 0 unless the recipe's style loss is relative.</summary>
    public double ContentDistance(string layer) => _contentDistances.GetValueOrDefault(layer);

    /// <summary>The channel means of a style layer for a Wasserstein loss, averaged as the Gram matrices: C values.</summary>
    public float[] Means(string layer) => _means[layer];

    /// <summary>The covariance of a style layer for a Wasserstein loss, ridge included: C × C.</summary>
    public float[] Covariance(string layer, double ridge)
    {
        float[] means = _means[layer];
        float[] covariance = [.. _grams[layer]];
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
    private static float[] Gram(FeatureExtractor features, string layer, StyleLoss loss)
    {
        TensorShape shape = features.ShapeOf(layer);
        GramNormalization normalization = loss is GramStyleLoss gram ? gram.Gram : GramNormalization.Pixels;
        return features.Gram(layer, normalization.Factor(shape.Pixels, shape.Channels));
    }

    private static void Add(Dictionary<string, float[]> sums, string layer, float[] values, double share)
    {
        if (!sums.TryGetValue(layer, out float[]? sum))
            sums.Add(layer, sum = new float[values.Length]);
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
