using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.FastStyle;

/// <summary>A network's weights on a device, recorded on tapes of pictures of any size.</summary>
public sealed class NetworkParameters : IDisposable
{
    private readonly StyleNetwork _network;
    private readonly Dictionary<int, ConvolutionParameters> _convolutions = [];
    private readonly Dictionary<int, (Parameter Scale, Parameter Bias)> _normalizations = [];

    /// <summary>Uploads the weights.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">Layers and weights.</param>
    /// <param name="trainable">Whether backward passes work out the weights' gradients.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public NetworkParameters(Engine engine, StyleNetwork network, bool trainable)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        for (int place = 0; place < network.Layers.Count; place++)
        {
            switch (network.Layers[place])
            {
                case ConvolutionLayer layer:
                    var convolution = new ConvolutionParameters(
                        engine, layer.Name, layer.InputChannels, layer.OutputChannels, layer.Kernel, trainable);
                    _convolutions.Add(place, convolution);
                    convolution.SetWeights(layer.Weights, layer.Bias);
                    break;
                case InstanceNormalizationLayer layer:
                    var scale = new Parameter(engine, $"{layer.Name} scale", layer.Scale.Length, trainable);
                    var bias = new Parameter(engine, $"{layer.Name} bias", layer.Bias.Length, trainable);
                    _normalizations.Add(place, (scale, bias));
                    scale.Value.CopyFrom(layer.Scale);
                    bias.Value.CopyFrom(layer.Bias);
                    break;
            }
        }
    }

    /// <summary>Every parameter, layer by layer.</summary>
    public IReadOnlyList<Parameter> All =>
    [
        .. Enumerable.Range(0, _network.Layers.Count).SelectMany(place =>
            _convolutions.TryGetValue(place, out ConvolutionParameters? convolution)
                ? [convolution.Weights, convolution.Bias]
            : _normalizations.TryGetValue(place, out (Parameter Scale, Parameter Bias) norm)
                ? [norm.Scale, norm.Bias]
            : Array.Empty<Parameter>()),
    ];

    /// <summary>A convolution, and its stride.</summary>
    internal (ConvolutionParameters Parameters, int Stride) ConvolutionAt(int place) =>
        (_convolutions[place], ((ConvolutionLayer)_network.Layers[place]).Stride);

    /// <summary>Scale and bias of a normalisation, and its ε.</summary>
    internal (Parameter Scale, Parameter Bias, float Epsilon) NormalizationAt(int place)
    {
        (Parameter scale, Parameter bias) = _normalizations[place];
        return (scale, bias, ((InstanceNormalizationLayer)_network.Layers[place]).Epsilon);
    }

    /// <summary>Records the network.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="picture">H × W × 3, RGB from 0 to 255.</param>
    /// <returns>
    /// The repainted picture, at least as large: where H and W are no multiples of 4, there is more at right and
    /// bottom.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The picture is too small for a padding, or a ReLU stands elsewhere than behind an instance normalisation.
    /// </exception>
    public Variable Record(Tape tape, Variable picture)
    {
        var outputs = new Variable[_network.Layers.Count];
        for (int place = 0; place < outputs.Length; place++)
        {
            Layer layer = _network.Layers[place];
            Variable input = layer.Input == Layer.Picture ? picture : outputs[layer.Input];
            outputs[place] = layer switch
            {
                ReflectPadLayer pad => ReflectPad.Record(tape, pad.Name, input, pad.Padding),
                ConvolutionLayer convolution => TrainableConvolution.Record(
                    tape, convolution.Name, input, _convolutions[place], convolution.Stride),
                InstanceNormalizationLayer norm => InstanceNormalization.Record(
                    tape, norm.Name, input, _normalizations[place].Scale, _normalizations[place].Bias, norm.Epsilon,
                    rectified: IsRectified(place)),
                // Normalisation has done it already.
                ReluLayer relu when relu.Input != Layer.Picture && IsRectified(relu.Input) => input,
                AdditionLayer addition => Addition.Record(
                    tape, addition.Name, input, addition.Other == Layer.Picture ? picture : outputs[addition.Other]),
                UpsampleLayer upsample => UpsampleNearest.Record(tape, upsample.Name, input),
                TanhLayer tanh => ScaledTanh.Record(tape, tanh.Name, input, tanh.Factor, tanh.Offset),
                _ => throw new ArgumentException(
                    $"Layer '{layer.Name}' stands where only one behind an instance normalisation can be trained."),
            };
        }
        return outputs[^1];
    }

    /// <summary>The network with its weights as they are on the device. Waits for the device.</summary>
    /// <param name="metadata">What the network says about itself.</param>
    public StyleNetwork Read(IReadOnlyDictionary<string, string> metadata) => new(
        [
            .. _network.Layers.Select((layer, place) => layer switch
            {
                ConvolutionLayer convolution => convolution with
                {
                    Weights = _convolutions[place].OihwWeights(),
                    Bias = _convolutions[place].BiasValues(),
                },
                InstanceNormalizationLayer norm => norm with
                {
                    Scale = _normalizations[place].Scale.Value.ToArray(),
                    Bias = _normalizations[place].Bias.Value.ToArray(),
                },
                _ => layer,
            }),
        ],
        metadata);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (ConvolutionParameters convolution in _convolutions.Values)
            convolution.Dispose();
        foreach ((Parameter scale, Parameter bias) in _normalizations.Values)
        {
            scale.Dispose();
            bias.Dispose();
        }
    }

    /// <summary>Whether a layer's only reader is a ReLU.</summary>
    private bool IsRectified(int place) =>
        _network.Layers[place] is InstanceNormalizationLayer
        && _network.Layers.Where(layer =>
            layer.Input == place || (layer is AdditionLayer { Other: var other } && other == place)).ToArray()
            is [ReluLayer];
}
