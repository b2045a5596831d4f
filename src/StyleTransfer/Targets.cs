using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// What the losses compare with, computed once: the content's features, the styles' Gram matrices, and the sums
/// that relative losses are divided by. On the host.
/// </summary>
internal sealed class Targets
{
    private readonly Dictionary<string, float[]> _content = [];
    private readonly Dictionary<string, float[]> _grams = [];
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
                AddGram(layer, Gram(features, layer, recipe), style.Weight / totalWeight);
        }

        using FeatureExtractor content = FeatureExtractor.Run(engine, network, pictures.Content, recipe.Layers());
        foreach (LayerWeight layer in recipe.Content.Layers)
            _content.Add(layer.Layer, content.Features(layer.Layer));
        if (recipe.Style.Normalization == StyleNormalization.Relative)
        {
            foreach (string layer in styleLayers)
                _contentDistances.Add(layer, SquaredDistance(Gram(content, layer, recipe), _grams[layer]));
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

    private static float[] Gram(FeatureExtractor features, string layer, Recipe recipe)
    {
        TensorShape shape = features.ShapeOf(layer);
        return features.Gram(layer, recipe.Style.Gram.Factor(shape.Pixels, shape.Channels));
    }

    private void AddGram(string layer, float[] gram, double share)
    {
        if (!_grams.TryGetValue(layer, out float[]? sum))
            _grams.Add(layer, sum = new float[gram.Length]);
        for (int i = 0; i < gram.Length; i++)
            sum[i] += (float)(share * gram[i]);
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
