using IlgpuStyle.Autodiff;
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
    /// <param name="engine">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="recipe">What the losses are.</param>
    /// <param name="pictures">Content and styles.</param>
    /// <param name="bands">See <see cref="Tape.Bands"/>.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <param name="shared">Where the statistics of styles are kept for other jobs; null for nowhere.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two layers.</exception>
    public Targets(
        Engine engine, VggNetwork network, Recipe recipe, ScalePictures pictures, BandSize? bands,
        CancellationToken cancellation, SharedNetwork? shared = null)
    {
        IReadOnlyList<StyleRegion> regions = StyleRegion.Of(pictures);
        var statistics = new Dictionary<(string Layer, int Region), IReadOnlyList<float[]>>();
        for (int region = 0; region < regions.Count; region++)
        {
            foreach ((RgbPicture style, double share) in regions[region].Styles)
            {
                IReadOnlyList<IReadOnlyList<float[]>> ofStyle = shared is null
                    ? Measure(style)
                    : shared.Statistics(style, recipe.Style, bands, () => Measure(style));
                foreach ((LayerWeight layer, IReadOnlyList<float[]> values) in recipe.Style.Layers.Zip(ofStyle))
                    Add(statistics, (layer.Layer, region), values, share);
            }
        }

        FeatureRequest ofContent = OfContent(recipe, regions);
        using FeatureExtractor content = FeatureExtractor.Run(
            engine, network, pictures.Content, ofContent, bands, cancellation);
        foreach (string layer in ofContent.Kept)
            _content.Add(layer, content.Features(layer));
        int request = 0;
        for (int region = 0; region < regions.Count; region++)
        {
            foreach (LayerWeight layer in recipe.Style.Layers)
            {
                IReadOnlyList<float[]> style = statistics[(layer.Layer, region)];
                _style.Add((layer.Layer, region), new StyleTarget(
                    style,
                    recipe.Style.IsRelativeToContent
                        ? recipe.Style.Divisors(content.Statistics(request++), style)
                        : []));
            }
        }

        IReadOnlyList<float[]>[] Measure(RgbPicture style)
        {
            FeatureRequest asked = OfStyle(recipe);
            using FeatureExtractor features = FeatureExtractor.Run(
                engine, network, style, asked, bands, cancellation);
            return [.. asked.Statistics.Select((_, i) => recipe.Style.Statistics(features.Statistics(i)))];
        }
    }

    /// <summary>What is asked for of a style picture.</summary>
    public static FeatureRequest OfStyle(Recipe recipe) => new(
        [],
        [
            .. recipe.Style.Layers.Select(layer => new StatisticsRequest(
                layer.Layer, recipe.Style.GramScale, recipe.Style.ReadsMoments)),
        ]);

    /// <summary>What is asked for of the content: statistics region by region.</summary>
    public static FeatureRequest OfContent(Recipe recipe, IReadOnlyList<StyleRegion> regions) => new(
        [.. recipe.Content.Layers.Select(layer => layer.Layer)],
        recipe.Style.IsRelativeToContent
            ?
            [
                .. from region in regions
                   from layer in recipe.Style.Layers
                   select new StatisticsRequest(
                       layer.Layer, recipe.Style.GramScale, recipe.Style.ReadsMoments,
                       region.IsMasked ? shape => region.GuideAt(shape, recipe.Style) : null),
            ]
            : []);

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
