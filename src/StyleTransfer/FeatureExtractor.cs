using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Kernels.Moments;
using IlgpuStyle.Kernels.Wasserstein;
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
    private readonly Engine _engine;
    private readonly Tape _tape;
    private readonly Variable _input;
    private readonly Dictionary<string, Variable> _features = [];

    private FeatureExtractor(Engine engine, VggNetwork network, int height, int width, IEnumerable<string> kept)
    {
        _engine = engine;
        _tape = new Tape(engine);
        _input = _tape.Input("picture", new TensorShape(height, width, 3), requiresGradient: false);
        network.Record(_tape, _input, _features.Add);
        foreach (string layer in kept)
            _tape.Keep(_features[layer]);
    }

    /// <summary>
    /// Device memory that a pass takes, in bytes, a Gram matrix of its deepest layer included, and what it needs of the
    /// memory that launches share; nothing is allocated.
    /// </summary>
    public static (long Bytes, IEnumerable<SharedScratch> Scratch) Plan(
        Engine engine, VggNetwork network, RgbPicture picture, IEnumerable<string> kept)
    {
        using var extractor = new FeatureExtractor(engine, network, picture.Height, picture.Width, kept);
        long channels = extractor._features.Values.Max(features => features.Shape.Channels);
        return (extractor._tape.PlannedBytes + sizeof(float) * channels * channels, extractor._tape.Scratch);
    }

    /// <summary>Runs a picture through the network.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="picture">Levels of 0..255.</param>
    /// <param name="kept">The layers that will be asked for.</param>
    /// <param name="cancellation">Asked between layers.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ArgumentException">The picture is too small for the pools.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public static FeatureExtractor Run(
        Engine engine, VggNetwork network, RgbPicture picture, IEnumerable<string> kept,
        CancellationToken cancellation = default)
    {
        var extractor = new FeatureExtractor(engine, network, picture.Height, picture.Width, kept);
        try
        {
            extractor._tape.Allocate();
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

    /// <summary>A layer's features, H × W × C. Waits for the device.</summary>
    public float[] Features(string layer) => _features[layer].Value.ToArray();

    /// <summary>A layer's Gram matrix scale·FᵀF, C × C. Waits for the device.</summary>
    public float[] Gram(string layer, double scale)
    {
        Tensor features = _features[layer].Value;
        using DeviceArray gram = _engine.AllocateArray(
            $"Gram matrix of {layer}", (long)features.Shape.Channels * features.Shape.Channels);
        _engine.Get(e => new GramForward(e)).Launch(features, gram, (float)scale);
        return gram.ToArray();
    }

    /// <summary>The mean of each channel of a layer, C values. Waits for the device.</summary>
    public float[] ChannelMeans(string layer)
    {
        Tensor features = _features[layer].Value;
        using DeviceArray means = _engine.AllocateArray($"means of {layer}", features.Shape.Channels);
        _engine.Get(e => new ChannelMeansForward(e)).Launch(features, weights: null, means);
        return means.ToArray();
    }

    /// <summary>
    /// A layer's Gram matrix FᵀF/M, C × C, and its channels' means and standard deviations, C values each. Waits for the
    /// device.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="guide">T: H × W values whose squares, which add up to M, say what each pixel counts; null for 1.</param>
    internal IReadOnlyList<float[]> Moments(string layer, float[]? guide)
    {
        Tensor features = _features[layer].Value;
        int channels = features.Shape.Channels;
        using Tensor? weights = guide is null
            ? null
            : _engine.AllocateTensor($"guide of {layer}", features.Shape with { Channels = 1 });
        weights?.CopyFrom(guide);
        using DeviceArray means = _engine.AllocateArray($"means of {layer}", channels);
        using DeviceArray deviations = _engine.AllocateArray($"deviations of {layer}", channels);
        return Masked(layer, guide, () =>
        {
            _engine.Get(e => new ChannelMeansForward(e)).Launch(features, weights, means);
            _engine.Get(e => new ChannelDeviationsForward(e)).Launch(features, weights, means, deviations);
            return (float[][])[Gram(layer, 1.0 / features.Shape.Pixels), means.ToArray(), deviations.ToArray()];
        });
    }

    /// <summary>
    /// The Gram matrix of a layer's features times a mask of H × W values, C × C. Waits for the device.
    /// </summary>
    public float[] MaskedGram(string layer, float[] mask, double scale)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Masked(layer, mask, () => Gram(layer, scale));
    }

    /// <summary>Frees the features.</summary>
    public void Dispose() => _tape.Dispose();

    /// <summary>What is read of a layer's features while they are multiplied by a mask.</summary>
    /// <remarks>
    /// Masked on the host and in the features' own buffer: it happens once a run, and takes no device memory.
    /// </remarks>
    private T Masked<T>(string layer, float[]? mask, Func<T> read)
    {
        if (mask is null)
            return read();
        float[] features = Features(layer);
        int channels = ShapeOf(layer).Channels;
        float[] masked = new float[features.Length];
        for (int i = 0; i < masked.Length; i++)
            masked[i] = mask[i / channels] * features[i];
        Tensor buffer = _features[layer].Value;
        buffer.CopyFrom(masked);
        T result = read();
        buffer.CopyFrom(features);
        return result;
    }
}
