using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>
/// What a training's losses compare with and what they are divided by, measured once: the style's Gram matrices, and
/// the means over some photographs of what each term is for an untouched one.
/// </summary>
internal sealed class TrainingTargets
{
    /// <summary>
    /// The least share of a style's own squares that a term is divided by: photographs near the style would otherwise
    /// make a term of any change.
    /// </summary>
    private const double LeastShare = 0.01;

    private readonly Dictionary<string, float[]> _grams = [];
    private readonly Dictionary<string, double> _styleDivisors = [];
    private readonly Dictionary<string, double> _contentDivisors = [];

    /// <summary>Runs style and photographs through the network.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="vgg">The loss network.</param>
    /// <param name="recipe">The losses.</param>
    /// <param name="styles">One or more, whose Gram matrices are averaged by weight.</param>
    /// <param name="photographs">Some, of one size.</param>
    /// <param name="cancellation">Asked between pictures.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public TrainingTargets(
        Engine engine, VggNetwork vgg, Recipe recipe, IReadOnlyList<StylePicture> styles,
        IReadOnlyList<RgbPicture> photographs, CancellationToken cancellation)
    {
        double weights = styles.Sum(style => style.Weight);
        foreach (StylePicture style in styles)
        {
            using var statistics = new Statistics(engine, vgg, recipe, style.Picture);
            foreach ((string layer, float[] gram) in statistics.Measure(style.Picture, cancellation).Grams)
            {
                if (!_grams.TryGetValue(layer, out float[]? sum))
                    _grams.Add(layer, sum = new float[gram.Length]);
                for (int i = 0; i < sum.Length; i++)
                    sum[i] += (float)(style.Weight / weights * gram[i]);
            }
        }

        using var ofPhotographs = new Statistics(engine, vgg, recipe, photographs[0]);
        foreach (RgbPicture photograph in photographs)
        {
            (Dictionary<string, float[]> grams, Dictionary<string, double> squares) =
                ofPhotographs.Measure(photograph, cancellation);
            foreach ((string layer, float[] gram) in grams)
                Add(_styleDivisors, layer, SquaredDistance(gram, _grams[layer]) / photographs.Count);
            foreach ((string layer, double sum) in squares)
                Add(_contentDivisors, layer, sum / photographs.Count);
        }
        foreach ((string layer, float[] gram) in _grams)
            _styleDivisors[layer] = Math.Max(_styleDivisors[layer], LeastShare * Squares(gram));

        static void Add(Dictionary<string, double> sums, string layer, double value) =>
            sums[layer] = sums.GetValueOrDefault(layer) + value;
    }

    /// <summary>A layer's Gram matrix of the style, C × C.</summary>
    public float[] Gram(string layer) => _grams[layer];

    /// <summary>1/mean Σ (G − Gt)²; 1 where that is 0.</summary>
    public double StyleFactor(string layer) => Factor(_styleDivisors[layer]);

    /// <summary>1/mean Σ F²; 1 where that is 0.</summary>
    public double ContentFactor(string layer) => Factor(_contentDivisors[layer]);

    private static double Factor(double divisor) => divisor == 0 ? 1 : 1 / divisor;

    private static double SquaredDistance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    private static double Squares(float[] values) => values.Sum(value => (double)value * value);

    /// <summary>A tape that measures pictures of one size.</summary>
    private sealed class Statistics : IDisposable
    {
        private readonly Tape _tape;
        private readonly Variable _picture;
        private readonly Dictionary<string, FeatureStatistics> _style = [];
        private readonly Dictionary<string, Variable> _content = [];

        public Statistics(Engine engine, VggNetwork vgg, Recipe recipe, RgbPicture size)
        {
            _tape = new Tape(engine);
            _picture = _tape.Input(
                "picture", new TensorShape(size.Height, size.Width, StyleNetwork.PictureChannels),
                requiresGradient: false);
            var style = (GramStyleLoss)recipe.Style;
            vgg.Record(_tape, Preprocess.Record(_tape, "preprocessing", _picture, 1), (layer, features) =>
            {
                if (style.Layers.Any(other => other.Layer == layer))
                {
                    _style.Add(layer, FeatureStatistics.Record(
                        _tape, $"statistics of {layer}", features, guide: null,
                        TrainingGraph.GramScale(features.Shape), withMoments: false));
                }
                if (recipe.Content.Layers.Any(other => other.Layer == layer))
                {
                    _tape.Keep(features);
                    _content.Add(layer, features);
                }
            });
            _tape.Allocate();
        }

        public (Dictionary<string, float[]> Grams, Dictionary<string, double> Squares) Measure(
            RgbPicture picture, CancellationToken cancellation)
        {
            _picture.Value.CopyFrom(picture.Values);
            _tape.Forward(cancellation);
            return (
                _style.ToDictionary(layer => layer.Key, layer => layer.Value.Gram),
                _content.ToDictionary(layer => layer.Key, layer => Squares(layer.Value.Value.ToArray())));
        }

        public void Dispose() => _tape.Dispose();
    }
}
