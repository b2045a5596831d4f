using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using Preprocess = IlgpuStyle.Autodiff.Operations.Preprocess;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>
/// The tapes of a training step: photograph → network → VGG19 → loss terms, and back to the parameters' gradients;
/// beside it photograph → VGG19 → what the content term compares with.
/// </summary>
internal sealed class TrainingGraph : IDisposable
{
    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly Tape _tape;
    private readonly Variable _photograph;
    private readonly List<(LayerWeight Layer, GramDifference Loss)> _style = [];
    private readonly List<(LayerWeight Layer, SquaredDifference Loss, Variable Target)> _content = [];
    private readonly TotalVariation _totalVariation;
    private readonly Tape _contentTape;
    private readonly Variable _contentPhotograph;
    private readonly Dictionary<string, Variable> _contentFeatures = [];
    private readonly float[] _losses;
    private double _share = 1;

    /// <summary>Records the tapes; nothing is allocated.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="vgg">The loss network.</param>
    /// <param name="parameters">Of the network that is trained.</param>
    /// <param name="recipe">The losses.</param>
    /// <param name="side">Of the photographs, in pixels; a multiple of 4.</param>
    /// <param name="lossRows">Evaluations whose losses the device keeps until they are read.</param>
    public TrainingGraph(
        Engine engine, VggNetwork vgg, NetworkParameters parameters, Recipe recipe, int side, int lossRows)
    {
        _engine = engine;
        _recipe = recipe;
        var shape = new TensorShape(side, side, StyleNetwork.PictureChannels);
        _tape = new Tape(engine) { LossRows = lossRows };
        _photograph = _tape.Input("photograph", shape, requiresGradient: false);
        Variable repainted = parameters.Record(_tape, _photograph);
        _totalVariation = TotalVariation.Record(
            _tape, "total variation", repainted, recipe.TotalVariation!.Form, weight: 0);
        vgg.Record(_tape, Preprocess.Record(_tape, "preprocessing", repainted, 1), RecordLosses);
        _losses = new float[lossRows * _tape.LossTerms];

        _contentTape = new Tape(engine);
        _contentPhotograph = _contentTape.Input("photograph", shape, requiresGradient: false);
        vgg.Record(
            _contentTape, Preprocess.Record(_contentTape, "preprocessing", _contentPhotograph, 1), (layer, features) =>
            {
                if (!recipe.Content.Layers.Any(content => content.Layer == layer))
                    return;
                _contentTape.Keep(features);
                _contentFeatures.Add(layer, features);
            },
            deepest: recipe.Content.Layers.MaxBy(content => Vgg19.IndexOf(content.Layer))!.Layer);
    }

    /// <summary>Device memory that the tapes take, in bytes.</summary>
    public long PlannedBytes => _tape.PlannedBytes + _contentTape.PlannedBytes;

    /// <summary>s of G = s·FᵀF: 1/M for M pixels.</summary>
    public static float GramScale(TensorShape features) => 1f / features.Pixels;

    /// <summary>Allocates the tapes and sets what the terms compare with.</summary>
    /// <param name="targets">Those.</param>
    /// <param name="share">The factor before the loss of each photograph: one part of a batch.</param>
    public void Allocate(TrainingTargets targets, double share)
    {
        _share = share;
        _tape.Allocate();
        _contentTape.Allocate();
        foreach ((LayerWeight layer, GramDifference loss) in _style)
        {
            loss.SetTarget(targets.Gram(layer.Layer));
            loss.Weight = (float)(share * _recipe.Style.Weight * layer.Weight * targets.StyleFactor(layer.Layer));
        }
        foreach ((LayerWeight layer, SquaredDifference loss, _) in _content)
        {
            loss.Weight =
                (float)(share * _recipe.Content.Weight * layer.Weight * targets.ContentFactor(layer.Layer));
        }
        _totalVariation.Weight = (float)(share * _recipe.TotalVariation!.Weight);
    }

    /// <summary>
    /// Launches the passes of one photograph; the loss terms go to a row, the gradients are added to the parameters'.
    /// </summary>
    /// <param name="photograph">Side × side × 3, RGB from 0 to 255.</param>
    /// <param name="row">Of the losses.</param>
    /// <param name="withGradient">Whether the backward pass is launched.</param>
    public void Evaluate(ReadOnlySpan<float> photograph, int row, bool withGradient)
    {
        _contentPhotograph.Value.CopyFrom(photograph);
        _contentTape.Forward();
        _engine.Operation = "content target";
        foreach ((LayerWeight layer, _, Variable target) in _content)
            _engine.Get(e => new Scale(e)).Launch(_contentFeatures[layer.Layer].Value, 1, target.Value);
        _photograph.Value.CopyFrom(photograph);
        _tape.LossRow = row;
        _tape.Forward();
        if (withGradient)
            _tape.Backward();
    }

    /// <summary>Fetches the losses of all rows for <see cref="Losses"/>. Waits for the device.</summary>
    public void ReadLosses() => _tape.Losses.CopyTo(_losses);

    /// <summary>The means of the losses of some rows, as of the last <see cref="ReadLosses"/>.</summary>
    public LossValues Losses(int first, int count)
    {
        double content = 0;
        double style = 0;
        double variation = 0;
        for (int row = first; row < first + count; row++)
        {
            content += _content.Sum(term => Value(row, term.Loss));
            style += _style.Sum(term => Value(row, term.Loss));
            variation += Value(row, _totalVariation);
        }
        double factor = 1 / (_share * count);
        return new LossValues(factor * content, factor * style, factor * variation);
    }

    /// <summary>Frees the tapes' device memory.</summary>
    public void Dispose()
    {
        _tape.Dispose();
        _contentTape.Dispose();
    }

    private void RecordLosses(string layer, Variable features)
    {
        foreach (LayerWeight content in _recipe.Content.Layers.Where(content => content.Layer == layer))
        {
            Variable target = _tape.Input($"content of {layer}", features.Shape, requiresGradient: false);
            _content.Add((
                content, SquaredDifference.Record(_tape, $"content {layer}", features, target, weight: 0), target));
        }
        foreach (LayerWeight style in _recipe.Style.Layers.Where(style => style.Layer == layer))
        {
            _style.Add((
                style, GramDifference.Record(_tape, $"style {layer}", features, GramScale(features.Shape), weight: 0)));
        }
    }

    private double Value(int row, LossOperation term) => _losses[row * _tape.LossTerms + term.Term];
}
