using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg;

/// <summary>VGG19 on a device, cut behind the deepest layer that is asked for.</summary>
/// <remarks>
/// Layers and their order come from <see cref="Vgg19.Layers"/>, the channels from the weights. The weights are
/// constants: no gradient is computed for them.
/// </remarks>
public sealed class VggNetwork : IDisposable
{
    private readonly NetworkForm _form;
    private readonly IReadOnlyCollection<string> _outputs;
    private readonly IReadOnlyList<VggLayer> _layers;
    private readonly Dictionary<string, ConvolutionWeights> _weights = [];

    /// <summary>Uploads the weights of the layers that lead to the outputs.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">Trained or synthetic weights.</param>
    /// <param name="form">Pooling and padding.</param>
    /// <param name="outputs">Keras names of the layers whose features will be asked for; at least one.</param>
    /// <exception cref="ArgumentException">A layer is unknown or the weights lack one.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public VggNetwork(Engine engine, VggWeights weights, NetworkForm form, IEnumerable<string> outputs)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _form = form;
        _outputs = [.. outputs.Distinct()];
        _layers = [.. Vgg19.Layers.Take(_outputs.Max(Vgg19.IndexOf) + 1)];
        foreach (VggLayer layer in _layers.Where(layer => layer.Kind == VggLayerKind.Convolution))
        {
            LayerWeights host = weights[layer.Name];
            _weights.Add(layer.Name, ConvolutionWeights.Upload(
                engine, layer.Name, host.Kernel, host.Bias, host.Layer.InputChannels, host.Layer.OutputChannels,
                form.Convolution));
        }
    }

    /// <summary>Records the network on a tape.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="bgr">The picture, H×W×3, BGR minus <see cref="Kernels.Elementwise.Preprocess.MeanBgr"/>.</param>
    /// <param name="use">
    /// Called with the name and the features of each output layer as soon as it is recorded. A loss that is recorded
    /// there adds its gradient when the layer's turn comes, so that no gradient waits in memory for long.
    /// </param>
    /// <param name="deepest">The last layer to be recorded; null for the deepest output.</param>
    /// <exception cref="ArgumentException">The picture is too small for the pools.</exception>
    public void Record(Tape tape, Variable bgr, Action<string, Variable> use, string? deepest = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(bgr);
        ArgumentNullException.ThrowIfNull(use);
        IReadOnlyList<VggLayer> layers =
            deepest is null ? _layers : [.. _layers.Take(Vgg19.IndexOf(deepest) + 1)];
        int smallest = Vgg19.SmallestSide(layers[^1].Name);
        if (bgr.Shape.Height < smallest || bgr.Shape.Width < smallest)
        {
            throw new ArgumentException(
                $"A picture of {bgr.Shape.Width}×{bgr.Shape.Height} is too small: {layers[^1].Name} needs at least "
                + $"{smallest}×{smallest} pixels.");
        }
        Variable x = bgr;
        foreach (VggLayer layer in layers)
        {
            x = layer.Kind == VggLayerKind.Pool ? RecordPool(tape, layer.Name, x)
                : x == bgr && _form.ReplicateFirstBorder ? RecordReplicatingConvolution(tape, layer.Name, x)
                : Convolution.Record(tape, layer.Name, x, _weights[layer.Name]);
            if (_outputs.Contains(layer.Name))
                use(layer.Name, x);
            if (layer.Kind == VggLayerKind.Pool)
                tape.BeginSegment();
        }
    }

    /// <summary>Device memory of the weights in every order that a device's kernels read, in bytes.</summary>
    /// <param name="tape">A tape with the network on it.</param>
    public static long WeightBytes(Tape tape) => Convolutions(tape).Sum(layer => ConvolutionPlan.WeightBytes(
        tape.Engine, tape.WorkingShape(layer.Input), layer.Output!.Shape.Channels, layer.Form,
        layer.Input.RequiresGradient));

    /// <summary>
    /// The arithmetic of the convolutions that a step computes a second time to save memory, relative to a step
    /// without: forward and backward cost the same.
    /// </summary>
    public static double RecomputedShare(Tape tape)
    {
        double once = Convolutions(tape).Sum(Work);
        return tape.RecomputedOperations.OfType<Convolution>().Sum(Work) / (2 * once);

        static double Work(Convolution layer) =>
            (double)layer.Input.Shape.Length * layer.Output!.Shape.Channels;
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (ConvolutionWeights weights in _weights.Values)
            weights.Dispose();
    }

    private static IEnumerable<Convolution> Convolutions(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Operations.OfType<Convolution>();
    }

    /// <summary>
    /// The convolution of the picture with its edge repeated all around, less the rim that has seen zeros: what
    /// padding by replication gives.
    /// </summary>
    private Variable RecordReplicatingConvolution(Tape tape, string name, Variable bgr)
    {
        Variable padded = ReplicatePad.Record(tape, $"{name} padding", bgr);
        return Crop.Record(tape, $"{name} crop", Convolution.Record(tape, name, padded, _weights[name]));
    }

    private Variable RecordPool(Tape tape, string name, Variable x) => _form.Pooling switch
    {
        Pooling.Max => MaxPool.Record(tape, name, x),
        Pooling.Average => AveragePool.Record(tape, name, x, (float)_form.AveragePoolScale),
        Pooling.Binomial => BinomialPool.Record(tape, name, x, (float)_form.AveragePoolScale),
        _ => throw new InvalidOperationException($"Pooling {_form.Pooling} is unknown."),
    };
}
