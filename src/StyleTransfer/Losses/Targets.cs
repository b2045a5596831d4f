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
    private readonly Dictionary<(string Layer, int Region), StyleTarget> _style = [];

    /// <summary>Runs the content and each style through the network.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two layers.</exception>
    public Targets(
        Engine engine, VggNetwork network, Recipe recipe, ScalePictures pictures, CancellationToken cancellation)
    {
        string[] styleLayers = [.. recipe.Style.Layers.Select(layer => layer.Layer)];
        IReadOnlyList<StyleRegion> regions = StyleRegion.Of(pictures);
        var statistics = new Dictionary<(string Layer, int Region), IReadOnlyList<float[]>>();
        for (int region = 0; region < regions.Count; region++)
        {
            foreach ((RgbPicture style, double share) in regions[region].Styles)
            {
                using FeatureExtractor features = FeatureExtractor.Run(
                    engine, network, style, styleLayers, cancellation);
                foreach (string layer in styleLayers)
                    Add(statistics, (layer, region), recipe.Style.Statistics(features, layer), share);
            }
        }

        using FeatureExtractor content = FeatureExtractor.Run(
            engine, network, pictures.Content, recipe.Layers(), cancellation);
        foreach (LayerWeight layer in recipe.Content.Layers)
            _content.Add(layer.Layer, content.Features(layer.Layer));
        foreach (((string Layer, int Region) key, IReadOnlyList<float[]> style) in statistics)
        {
            _style.Add(key, new StyleTarget(
                style, recipe.Style.Divisors(content, key.Layer, regions[key.Region], style)));
        }
    }

    /// <summary>A content layer's features, H × W × C.</summary>
    public float[] Content(string layer) => _content[layer];

    /// <summary>Σ Ft² of a content layer.</summary>
    public double ContentSquares(string layer) => _content[layer].Sum(value => (double)value * value);

    /// <summary>What a style layer is compared with in a region.</summary>
    public StyleTarget Style(string layer, int region) => _style[(layer, region)];

    private static void Add(
        Dictionary<(string Layer, int Region), IReadOnlyList<float[]>> sums, (string Layer, int Region) key,
        IReadOnlyList<float[]> values, double share)
    {
        if (!sums.TryGetValue(key, out IReadOnlyList<float[]>? sum))
            sums.Add(key, sum = [.. values.Select(value => new float[value.Length])]);
        foreach ((float[] total, float[] added) in sum.Zip(values))
        {
            for (int i = 0; i < total.Length; i++)
                total[i] += (float)(share * added[i]);
        }
    }
}
