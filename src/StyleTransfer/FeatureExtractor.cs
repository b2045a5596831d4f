using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer;

/// <summary>One forward pass of a picture through the network, without gradients.</summary>
/// <remarks>
/// Activations give up their buffers to later layers, so a pass takes a fraction of the memory of a step. The
/// device memory lives as long as the extractor.
/// </remarks>
public sealed class FeatureExtractor : IDisposable
{
    private readonly Tape _tape;
    private readonly Variable _input;
    private readonly Dictionary<string, Variable> _features = [];
    private readonly List<(Variable Variable, float[] Guide)> _guides = [];
    private readonly FeatureStatistics[] _statistics;

    private FeatureExtractor(
        Engine engine, VggNetwork network, RgbPicture picture, FeatureRequest request, BandSize? bands)
    {
        _tape = new Tape(engine) { Bands = bands };
        _input = _tape.Input("picture", new TensorShape(picture.Height, picture.Width, 3), requiresGradient: false);
        _statistics = new FeatureStatistics[request.Statistics.Count];
        network.Record(_tape, _input, (layer, features) =>
        {
            _features.Add(layer, features);
            for (int i = 0; i < _statistics.Length; i++)
            {
                if (request.Statistics[i].Layer == layer)
                    _statistics[i] = Record(request.Statistics[i], $"statistics {i + 1} of {layer}", features);
            }
        });
        foreach (string layer in request.Kept)
            _tape.Keep(_features[layer]);
    }

    /// <summary>
    /// Device memory that a pass takes, in bytes, and what it needs of the memory that launches share; nothing is
    /// allocated.
    /// </summary>
    internal static (long Bytes, IEnumerable<SharedScratch> Scratch) Plan(
        Engine engine, VggNetwork network, RgbPicture picture, FeatureRequest request, BandSize? bands)
    {
        using var extractor = new FeatureExtractor(engine, network, picture, request, bands);
        return (extractor._tape.PlannedBytes, extractor._tape.Scratch);
    }

    /// <summary>Runs a picture through the network.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="picture">Levels of 0..255.</param>
    /// <param name="kept">The layers whose features will be asked for.</param>
    /// <exception cref="ArgumentException">The picture is too small for the pools.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public static FeatureExtractor Run(
        Engine engine, VggNetwork network, RgbPicture picture, IReadOnlyList<string> kept) =>
        Run(engine, network, picture, new FeatureRequest(kept, []), bands: null, CancellationToken.None);

    /// <summary>Runs a picture through the network.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="picture">Levels of 0..255.</param>
    /// <param name="request">What will be asked for.</param>
    /// <param name="bands">See <see cref="Tape.Bands"/>.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ArgumentException">The picture is too small for the pools.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    internal static FeatureExtractor Run(
        Engine engine, VggNetwork network, RgbPicture picture, FeatureRequest request, BandSize? bands,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var extractor = new FeatureExtractor(engine, network, picture, request, bands);
        try
        {
            extractor._tape.Allocate();
            foreach ((Variable variable, float[] guide) in extractor._guides)
                variable.Value.CopyFrom(guide);
            extractor._input.Value.CopyFrom(
                PictureVariable.FromLevels(picture, Recipes.PictureSpace.MeanSubtractedBgr));
            extractor._tape.Forward(cancellation);
            return extractor;
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }

    /// <summary>The size of a layer's features.</summary>
    public TensorShape ShapeOf(string layer) => _features[layer].Shape;

    /// <summary>A kept layer's features, H × W × C. Waits for the device.</summary>
    public float[] Features(string layer) => _features[layer].Value.ToArray();

    /// <summary>Statistics that were asked for, by their place in the request. Waits for the device.</summary>
    internal LayerStatistics Statistics(int request) =>
        new(_statistics[request].Gram, _statistics[request].Means, _statistics[request].Deviations);

    /// <summary>Frees the features.</summary>
    public void Dispose() => _tape.Dispose();

    private FeatureStatistics Record(StatisticsRequest request, string name, Variable features)
    {
        Variable? guide = null;
        if (request.Guide?.Invoke(features.Shape) is { } values)
        {
            guide = _tape.Input($"guide of {name}", features.Shape with { Channels = 1 }, requiresGradient: false);
            _guides.Add((guide, values));
            features = MaskedFeatures.Record(_tape, $"mask of {name}", features, guide);
        }
        return FeatureStatistics.Record(
            _tape, name, features, guide, (float)request.GramScale(features.Shape), request.WithMoments);
    }
}

/// <summary>What a pass through the network is for.</summary>
/// <param name="Kept">Layers whose features will be asked for.</param>
/// <param name="Statistics">What will be asked for of layers.</param>
internal sealed record FeatureRequest(IReadOnlyList<string> Kept, IReadOnlyList<StatisticsRequest> Statistics);

/// <summary>Statistics of a layer's features.</summary>
/// <param name="Layer">Its Keras name.</param>
/// <param name="GramScale">The factor before FᵀF, by the features' shape.</param>
/// <param name="WithMoments">Whether the channels' means and deviations are asked for, too.</param>
/// <param name="Guide">What features are multiplied by first, H × W values by their shape; null for nothing.</param>
internal sealed record StatisticsRequest(
    string Layer, Func<TensorShape, double> GramScale, bool WithMoments, Func<TensorShape, float[]>? Guide = null);

/// <summary>Statistics of a layer's features.</summary>
/// <param name="Gram">s·FᵀF, C × C.</param>
/// <param name="Means">Of the channels, C values; null where moments were not asked for.</param>
/// <param name="Deviations">The channels' standard deviations, the same.</param>
internal sealed record LayerStatistics(float[] Gram, float[]? Means, float[]? Deviations);
