namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>A network as ONNX's operators of version 13: a node a layer, named for it.</summary>
internal sealed class NetworkWriter
{
    private const long Opset = 13;

    /// <summary>The file format that came with these operators (ONNX 1.8).</summary>
    private const long IrVersion = 7;

    private const string Input = "input";
    private const string Output = "output";
    private const string UpsampleScales = "upsample.scales";

    private readonly StyleNetwork _network;
    private readonly OnnxGraph _graph = new() { Name = "style" };
    private readonly HashSet<string> _shared = [];
    private readonly string[] _values;

    private NetworkWriter(StyleNetwork network)
    {
        _network = network;
        var taken = new HashSet<string> { Input, Output };
        _values = [.. network.Layers.Select((layer, place) =>
            place == network.Layers.Count - 1 ? Output : Distinct(layer.Name, taken))];
    }

    /// <summary>The file's message.</summary>
    public static OnnxModel ToModel(StyleNetwork network)
    {
        var writer = new NetworkWriter(network);
        writer.WriteGraph();
        var model = new OnnxModel
        {
            IrVersion = IrVersion,
            Producer = "ilgpustyle",
            Graph = writer._graph,
            Opsets = { [""] = Opset },
        };
        foreach ((string key, string value) in network.Metadata)
            model.Metadata[key] = value;
        return model;
    }

    private void WriteGraph()
    {
        _graph.Inputs.Add(Picture(Input, "height", "width"));
        // Not the same names: a picture whose sides are no multiples of 4 comes out larger.
        _graph.Outputs.Add(Picture(Output, "output_height", "output_width"));
        for (int place = 0; place < _values.Length; place++)
            Write(_network.Layers[place], _values[place]);
    }

    private void Write(Layer layer, string output)
    {
        string input = ValueOf(layer.Input);
        switch (layer)
        {
            case ReflectPadLayer { Padding: var p }:
                string pads = Shared($"pads.{p}", name => OnnxTensor.Of(name, 0, 0, p, p, 0, 0, p, p));
                Add(layer.Name, "Pad", [input, pads], output, new OnnxAttribute { Name = "mode", Text = "reflect" });
                break;
            case ConvolutionLayer convolution:
                (long k, long stride) = (convolution.Kernel, convolution.Stride);
                string weights = Weights($"{layer.Name}.weight", convolution.Weights,
                    convolution.OutputChannels, convolution.InputChannels, k, k);
                string bias = Weights($"{layer.Name}.bias", convolution.Bias, convolution.OutputChannels);
                Add(layer.Name, "Conv", [input, weights, bias], output,
                    new OnnxAttribute { Name = "kernel_shape", Numbers = [k, k] },
                    new OnnxAttribute { Name = "strides", Numbers = [stride, stride] });
                break;
            case InstanceNormalizationLayer norm:
                string scale = Weights($"{layer.Name}.scale", norm.Scale, norm.Scale.Length);
                string shift = Weights($"{layer.Name}.bias", norm.Bias, norm.Bias.Length);
                Add(layer.Name, "InstanceNormalization", [input, scale, shift], output,
                    new OnnxAttribute { Name = "epsilon", Float = norm.Epsilon });
                break;
            case ReluLayer:
                Add(layer.Name, "Relu", [input], output);
                break;
            case AdditionLayer addition:
                Add(layer.Name, "Add", [input, ValueOf(addition.Other)], output);
                break;
            case UpsampleLayer:
                string scales = Shared(UpsampleScales, name => OnnxTensor.Of(name, [1, 1, 2, 2], 4));
                Add(layer.Name, "Resize", [input, "", scales], output,
                    new OnnxAttribute { Name = "mode", Text = "nearest" },
                    new OnnxAttribute { Name = "coordinate_transformation_mode", Text = "asymmetric" },
                    new OnnxAttribute { Name = "nearest_mode", Text = "floor" });
                break;
            case TanhLayer tanh:
                string factor = Weights($"{layer.Name}.factor", [tanh.Factor]);
                string offset = Weights($"{layer.Name}.offset", [tanh.Offset]);
                Add(layer.Name, "Tanh", [input], $"{layer.Name}.unit");
                Add($"{layer.Name}.mul", "Mul", [$"{layer.Name}.unit", factor], $"{layer.Name}.scaled");
                Add($"{layer.Name}.add", "Add", [$"{layer.Name}.scaled", offset], output);
                break;
            default:
                throw new ArgumentException($"Layer '{layer.Name}' is of a kind that has no form in ONNX.");
        }
    }

    private void Add(
        string name, string type, List<string> inputs, string output, params ReadOnlySpan<OnnxAttribute> attributes) =>
        _graph.Nodes.Add(new OnnxNode
        {
            Name = name,
            Operator = type,
            Inputs = inputs,
            Outputs = [output],
            Attributes = [.. attributes],
        });

    private string ValueOf(int place) => place == Layer.Picture ? Input : _values[place];

    private string Weights(string name, float[] values, params long[] sides)
    {
        _graph.Initializers.Add(OnnxTensor.Of(name, values, sides));
        return name;
    }

    /// <summary>The name of a constant that several nodes read.</summary>
    private string Shared(string name, Func<string, OnnxTensor> create)
    {
        if (_shared.Add(name))
            _graph.Initializers.Add(create(name));
        return name;
    }

    private static OnnxValue Picture(string name, string height, string width) => new()
    {
        Name = name,
        Shape = [(1, null), (StyleNetwork.PictureChannels, null), (null, height), (null, width)],
    };

    private static string Distinct(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }
}
