using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>The tape of a recipe: picture → network → loss terms, and back to the picture's gradient.</summary>
internal sealed class LossGraph : IDisposable
{
    private readonly Recipe _recipe;
    private readonly Tape _tape;
    private readonly List<ContentTerm> _content = [];
    private readonly IReadOnlyList<StyleRegion> _regions;
    private readonly List<StyleTerm> _style = [];
    private readonly TotalVariation? _totalVariation;
    private readonly float[] _losses;

    /// <summary>Records the graph from the pictures' sizes and masks; nothing is allocated.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="recipe">The losses.</param>
    /// <param name="pictures">The content's size is the picture's.</param>
    /// <param name="lossRows">Evaluations whose losses the device keeps until they are read.</param>
    /// <param name="memorySaving">See <see cref="Tape.MemorySaving"/>.</param>
    /// <param name="bands">See <see cref="Tape.Bands"/>; not for gradients that are normalised.</param>
    public LossGraph(
        Engine engine, VggNetwork network, Recipe recipe, ScalePictures pictures, int lossRows, int memorySaving,
        BandSize? bands = null)
    {
        _recipe = recipe;
        _regions = StyleRegion.Of(pictures);
        _tape = new Tape(engine) { LossRows = lossRows, MemorySaving = memorySaving, Bands = bands };
        Picture = _tape.Input(
            "picture", new TensorShape(pictures.Content.Height, pictures.Content.Width, 3), requiresGradient: true);
        if (recipe.TotalVariation is { } variation)
        {
            _totalVariation = TotalVariation.Record(
                _tape, "total variation", Picture, variation.Form, (float)variation.Weight);
        }
        if (recipe.Destriping && !recipe.Optimizer.SearchesLine)
            DestripedGradient.Record(_tape, "destriping", Picture);
        Variable bgr = recipe.Space == PictureSpace.UnitRgb
            ? Preprocess.Record(_tape, "preprocessing", Picture, 255)
            : Picture;
        network.Record(_tape, bgr, RecordLosses);
        _losses = new float[lossRows * _tape.LossTerms];
    }

    /// <summary>The optimised variable.</summary>
    public Variable Picture { get; }

    /// <summary>Device memory that the graph takes, in bytes.</summary>
    public long PlannedBytes => _tape.PlannedBytes;

    /// <summary>The largest value of <see cref="Tape.MemorySaving"/> that differs from those below.</summary>
    public int MostSaving => _tape.Segments + 1;

    /// <summary>The convolutions that run twice in a step, as a share of all its arithmetic.</summary>
    public double RecomputedShare => VggNetwork.RecomputedShare(_tape);

    /// <summary>Device memory of the network's weights in the orders that the graph reads, in bytes.</summary>
    public long WeightBytes => VggNetwork.WeightBytes(_tape);

    /// <summary>What the graph's launches need of the memory that all launches of the engine share.</summary>
    public IEnumerable<SharedScratch> Scratch => _tape.Scratch;

    /// <summary>Allocates the graph and copies the targets to the device.</summary>
    public void Allocate(Targets targets)
    {
        _tape.Allocate();
        foreach (ContentTerm term in _content)
        {
            string layer = term.Layer.Layer;
            term.Target.Value.CopyFrom(targets.Content(layer));
            double factor = _recipe.Content.Normalization.Factor(
                term.Target.Shape.Length, targets.ContentSquares(layer));
            double strength = _recipe.Content.Weight * term.Layer.Weight;
            term.Loss.Weight = (float)(strength * factor);
            SetStrength(term.Normalized, strength);
        }
        foreach (StyleTerm term in _style)
        {
            double share = _regions[term.Region].Share;
            if (term.Guide is not null)
            {
                float[] guide = _regions[term.Region].GuideAt(term.Guide.Shape, _recipe.Style);
                term.Guide.Value.CopyFrom(guide);
                // A region too small for this layer has nothing to compare there.
                if (Array.TrueForAll(guide, value => value == 0))
                    share = 0;
            }
            double strength = _recipe.Style.Weight * term.Layer.Weight * share;
            term.Comparison.SetTarget(targets.Style(term.Layer.Layer, term.Region), strength);
            SetStrength(term.Normalized, strength);
        }

        static void SetStrength(NormalizedGradient? normalized, double strength)
        {
            if (normalized is not null)
                normalized.Strength = strength;
        }
    }

    /// <summary>
    /// Launches forward and backward passes; the loss terms go to a row, the gradient to the picture's.
    /// </summary>
    public void Evaluate(int row)
    {
        _tape.LossRow = row;
        _tape.Forward();
        _tape.Backward();
    }

    /// <summary>Fetches the losses of all rows for <see cref="Losses"/>. Waits for the device.</summary>
    public void ReadLosses() => _tape.Losses.CopyTo(_losses);

    /// <summary>The losses of a row as of the last <see cref="ReadLosses"/>.</summary>
    public LossValues Losses(int row)
    {
        double content = 0;
        foreach (ContentTerm term in _content)
            content += Value(row, term.Loss);
        double style = 0;
        foreach (StyleTerm term in _style)
            style += Value(row, term);
        return new LossValues(content, style, _totalVariation is null ? 0 : Value(row, _totalVariation));
    }

    /// <summary>The style term of each layer in a row, as of the last <see cref="ReadLosses"/>.</summary>
    public IReadOnlyDictionary<string, double> StyleByLayer(int row) =>
        _style.GroupBy(term => term.Layer.Layer).ToDictionary(
            terms => terms.Key, terms => terms.Sum(term => Value(row, term)));

    /// <summary>Keeps the picture if the loss of a row is the lowest so far. Does not wait.</summary>
    public void KeepBest(int row, Tensor best, DeviceArray lowest) => _tape.Engine.Get(e => new KeepBest(e)).Launch(
        Picture.Value, _tape.Losses, row * _tape.LossTerms, _tape.LossTerms, best, lowest);

    /// <summary>Bounds the step along a row's gradient: see <see cref="Safeguard"/>. Does not wait.</summary>
    public void Bound(
        int row, Tensor best, DeviceArray lowest, Tensor? momentum, DeviceArray state, DeviceArray factors) =>
        _tape.Engine.Get(e => new Safeguard(e)).Launch(
            Picture.Value, best, lowest, Picture.Gradient, momentum, _tape.Losses, row * _tape.LossTerms,
            _tape.LossTerms, state, factors, row);

    /// <summary>Frees the graph's device memory.</summary>
    public void Dispose() => _tape.Dispose();

    private void RecordLosses(string layer, Variable features)
    {
        foreach (LayerWeight content in _recipe.Content.Layers.Where(content => content.Layer == layer))
        {
            string name = $"content {layer}";
            Variable target = _tape.Input($"content of {layer}", features.Shape, requiresGradient: false);
            (Variable compared, NormalizedGradient? normalized) = Compared(name, features);
            _content.Add(new ContentTerm(
                content, SquaredDifference.Record(_tape, name, compared, target, 0), target, normalized));
        }
        foreach (LayerWeight style in _recipe.Style.Layers.Where(style => style.Layer == layer))
        {
            for (int region = 0; region < _regions.Count; region++)
                _style.Add(RecordStyle(style, region, features));
        }
    }

    /// <summary>
    /// What a term compares: the features, behind what brings their gradient to a length if the recipe does.
    /// </summary>
    private (Variable Compared, NormalizedGradient? Normalized) Compared(string name, Variable features)
    {
        if (!_recipe.NormalizeGradients)
            return (features, null);
        NormalizedGradient normalized = NormalizedGradient.Record(_tape, $"normalize {name}", features);
        return (normalized.Output!, normalized);
    }

    private StyleTerm RecordStyle(LayerWeight layer, int region, Variable features)
    {
        string name = _regions.Count == 1 ? $"style {layer.Layer}" : $"style {region + 1} {layer.Layer}";
        (Variable compared, NormalizedGradient? normalized) = Compared(name, features);
        Variable? guide = null;
        if (_regions[region].IsMasked)
        {
            guide = _tape.Input($"mask of {name}", features.Shape with { Channels = 1 }, requiresGradient: false);
            compared = MaskedFeatures.Record(_tape, $"mask {name}", compared, guide);
        }
        StyleComparison comparison = _recipe.Style.Record(_tape, name, compared, guide, Picture.Shape.Pixels);
        return new StyleTerm(layer, region, comparison, guide, normalized);
    }

    private double Value(int row, LossOperation term) => _losses[row * _tape.LossTerms + term.Term];

    private double Value(int row, StyleTerm term)
    {
        double sum = 0;
        foreach (LossOperation loss in term.Comparison.Losses)
            sum += Value(row, loss);
        return sum;
    }

    /// <summary>The content loss of one layer.</summary>
    private sealed record ContentTerm(
        LayerWeight Layer, SquaredDifference Loss, Variable Target, NormalizedGradient? Normalized);

    /// <summary>The style loss of one layer in one region.</summary>
    private sealed record StyleTerm(
        LayerWeight Layer, int Region, StyleComparison Comparison, Variable? Guide, NormalizedGradient? Normalized);
}
