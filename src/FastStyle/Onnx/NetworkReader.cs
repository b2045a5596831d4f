namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>
/// Makes a network of an ONNX graph: layers, and beside them the arithmetic that paddings and scales come from.
/// </summary>
/// <remarks>
/// Reads Conv without padding, Pad by reflection, InstanceNormalization, Relu, Add, Upsample and Resize that double by
/// the nearest pixel, and Tanh with numbers multiplied and added: what our own files hold, those of the ONNX model
/// zoo's fast neural style (operators of versions 8 and 9), and PyTorch's exports of such networks. The size that a
/// picture is declared with counts only where the arithmetic starts from it.
/// </remarks>
/// <param name="file">The file's name, for messages.</param>
/// <param name="model">Its message.</param>
/// <param name="graph">The model's.</param>
internal sealed class NetworkReader(string file, OnnxModel model, OnnxGraph graph)
{
    private const int OldestOpset = 7;
    private const int NewestOpset = 25;
    private const string OfficialDomain = "ai.onnx";

    /// <summary>The height and width with which shapes are computed where none is declared.</summary>
    private const long UsualSide = 256;

    /// <summary>Sides with which no picture is declared, but which a damaged file may lead to.</summary>
    private const long LargestSide = 1 << 24;

    private readonly List<Layer> _layers = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, object> _values = [];
    private readonly Dictionary<string, int> _uses = [];
    private long _opset;

    /// <summary>A picture or feature map: the layer that makes it, and its size.</summary>
    private sealed record Map(int Layer, int Channels, long Height, long Width);

    /// <summary>The network.</summary>
    /// <exception cref="NetworkFileException">It holds something else; the message names operator and node.</exception>
    public StyleNetwork Read()
    {
        _opset = model.Opsets.TryGetValue("", out long version) || model.Opsets.TryGetValue(OfficialDomain, out version)
            ? version
            : 0;
        if (_opset is < OldestOpset or > NewestOpset)
        {
            throw Wrong($"has operators of ONNX version {_opset}, where {OldestOpset} to {NewestOpset} are known");
        }
        foreach (OnnxTensor tensor in graph.Initializers)
            _values[tensor.Name] = tensor;
        // Up to version 3 of the format, weights are among the inputs.
        OnnxValue[] inputs = [.. graph.Inputs.Where(input => !_values.ContainsKey(input.Name))];
        if (inputs is not [var input] || graph.Outputs is not [var output])
        {
            throw Wrong(
                $"has {inputs.Length} inputs and {graph.Outputs.Count} outputs, where a style network has one each");
        }
        _values[input.Name] = Picture(input);
        foreach (string name in graph.Nodes.SelectMany(node => node.Inputs).Append(output.Name))
            _uses[name] = _uses.GetValueOrDefault(name) + 1;
        foreach (OnnxNode node in graph.Nodes)
            Add(node);
        if (!_values.TryGetValue(output.Name, out object? result) || result is not Map { Layer: >= 0 and var last })
            throw Wrong($"has an output '{output.Name}' that no layer makes");
        try
        {
            return new StyleNetwork(_layers[..(last + 1)], model.Metadata);
        }
        catch (ArgumentException exception)
        {
            throw new NetworkFileException(
                $"'{file}' holds no network from picture to picture: {exception.Message}", exception);
        }
    }

    private void Add(OnnxNode node)
    {
        if (node.Domain is not ("" or OfficialDomain))
            throw Unsupported(node);
        if (node.Outputs.Count == 0)
            throw Wrong(node, "makes nothing");
        try
        {
            _values[node.Outputs[0]] = Result(node);
        }
        catch (FormatException exception)
        {
            throw Wrong(node, exception.Message, exception);
        }
    }

    /// <exception cref="FormatException">The message is the end of a sentence about the node.</exception>
    private object Result(OnnxNode node)
    {
        if (node.Operator == "Constant")
            return Constant(node);
        if (node.Inputs.Count == 0 || !_values.TryGetValue(node.Inputs[0], out object? first))
            throw new FormatException("reads what nothing before it makes");
        object? second = node.Inputs.Count > 1 ? _values.GetValueOrDefault(node.Inputs[1]) : null;
        if (first is Map map)
        {
            return node.Operator switch
            {
                "Conv" => Convolve(node, map),
                "Pad" => Pad(node, map),
                "InstanceNormalization" => Normalize(node, map),
                "Relu" => Append(new ReluLayer(NameOf(node), map.Layer), map),
                "Tanh" => Append(new TanhLayer(NameOf(node), map.Layer, 1, 0), map),
                "Upsample" or "Resize" => Upsample(node, map),
                "Identity" => map,
                "Shape" => ShapeValues.Row(1, map.Channels, map.Height, map.Width),
                "Add" when second is Map other => AddMaps(node, map, other),
                "Mul" or "Add" or "Sub" or "Div" => Scale(node, node.Inputs[0], map, Shape(second)),
                _ => throw Unsupported(node),
            };
        }
        if (second is Map scaled && node.Operator is ("Mul" or "Add"))
            return Scale(node, node.Inputs[1], scaled, Shape(first));
        if (node.Operator == "Shape")
            return ShapeValues.Row([.. Shape(first).Sides.Select(side => (double)side)]);
        if (node.Operator == "Identity")
            return first;
        if (!ShapeArithmetic.Has(node.Operator))
            throw Unsupported(node);
        return ShapeArithmetic.Compute(
            node, [.. node.Inputs.Select(name => name.Length == 0 ? null : Shape(_values.GetValueOrDefault(name)))]);
    }

    private Map Convolve(OnnxNode node, Map input)
    {
        OnnxTensor kernels = Tensor(node, 1, "weights");
        float[] weights = Floats(kernels);
        if (kernels.Sides is not [>= 1 and <= int.MaxValue and var outputs, var channels, var k, var across])
            throw new FormatException($"has weights of {string.Join('×', kernels.Sides)}");
        if (channels != input.Channels)
            throw new FormatException($"has weights for {channels} channels and reads {input.Channels}");
        float[] bias = node.Inputs.Count > 2 && node.Inputs[2].Length > 0
            ? Floats(Tensor(node, 2, "a bias"))
            : new float[outputs];
        if (bias.Length != outputs)
            throw new FormatException($"has {bias.Length} biases for {outputs} channels");
        long[] strides = Numbers(node, "strides") ?? [1, 1];
        if (k != across || k > LargestSide || strides is not [>= 1 and <= LargestSide and var stride, var right]
            || stride != right)
            throw new FormatException("is not the same down and across");
        if ((node.Attribute("group")?.Number ?? 1) != 1 || (Numbers(node, "dilations") ?? []).Any(one => one != 1))
            throw new FormatException("is grouped or dilated, which no style network needs");
        if ((Numbers(node, "pads") ?? []).Any(pad => pad != 0)
            || (node.Attribute("auto_pad")?.Text ?? "NOTSET") is not ("NOTSET" or "VALID"))
        {
            throw new FormatException("pads with zeros, where only a Pad that reflects is known");
        }
        var layer = new ConvolutionLayer(
            NameOf(node), input.Layer, input.Channels, (int)outputs, (int)k, (int)stride, weights, bias);
        return Append(layer, new Map(
            0, (int)outputs, ((input.Height - k) / stride) + 1, ((input.Width - k) / stride) + 1));
    }

    private Map Pad(OnnxNode node, Map input)
    {
        double[] pads = Numbers(node, "pads") is { } attribute
            ? Array.ConvertAll(attribute, pad => (double)pad)
            : Shape(node.Inputs.Count > 1 ? _values.GetValueOrDefault(node.Inputs[1]) : null).Values;
        if (pads.Length == 8 && Array.TrueForAll(pads, pad => pad == 0))
            return input;
        if (node.Attribute("mode")?.Text != "reflect")
            throw new FormatException("pads by something else than reflection");
        if (pads is not [0, 0, >= 1 and <= 1024 and var p, var left, 0, 0, var bottom, var right]
            || left != p || bottom != p || right != p)
        {
            throw new FormatException(
                $"pads by {string.Join(", ", pads)}, where only the same on all four sides is known");
        }
        return Append(
            new ReflectPadLayer(NameOf(node), input.Layer, (int)p),
            input with { Height = input.Height + (2 * (long)p), Width = input.Width + (2 * (long)p) });
    }

    private Map Normalize(OnnxNode node, Map input)
    {
        float epsilon = node.Attribute("epsilon")?.Float ?? 1e-5f;
        return float.IsFinite(epsilon) && epsilon >= 0
            ? Append(
                new InstanceNormalizationLayer(
                    NameOf(node), input.Layer, Floats(Tensor(node, 1, "a scale")), Floats(Tensor(node, 2, "a bias")),
                    epsilon),
                input)
            : throw new FormatException($"has an epsilon of {epsilon}");
    }

    private Map AddMaps(OnnxNode node, Map input, Map other) =>
        (input.Channels, input.Height, input.Width) == (other.Channels, other.Height, other.Width)
            ? Append(new AdditionLayer(NameOf(node), input.Layer, other.Layer), input)
            : throw new FormatException("adds maps of different sizes");

    /// <remarks>Scales are an attribute up to version 8, then an input, for which from 11 on sizes may stand.</remarks>
    private Map Upsample(OnnxNode node, Map input)
    {
        bool isResize = node.Operator == "Resize";
        double[] scales = [];
        if (node.Attribute("scales") is { } attribute)
            scales = [.. attribute.Floats.Select(scale => (double)scale)];
        else if (Given(isResize && _opset > 10 ? 2 : 1) is { Length: > 0 } given)
            scales = given;
        else if (Given(3) is [1, var channels, var height, var width] && channels == input.Channels)
            scales = [1, 1, height / input.Height, width / input.Width];
        string mode = node.Attribute("mode")?.Text ?? "nearest";
        if (scales is not [1, 1, var down, var across] || down != across || down is not (1 or 2) || mode != "nearest"
            || (isResize && _opset > 10 && !IsRepetition(node)))
        {
            throw new FormatException(
                $"resizes by {string.Join(", ", scales)} ({mode}), where only the nearest pixel twice is known");
        }
        return down == 1
            ? input
            : Append(
                new UpsampleLayer(NameOf(node), input.Layer),
                input with { Height = input.Height * 2, Width = input.Width * 2 });

        double[]? Given(int place) => place < node.Inputs.Count && node.Inputs[place].Length > 0
            ? Shape(_values.GetValueOrDefault(node.Inputs[place])).Values
            : null;
    }

    /// <summary>Whether a way of version 11 to double by the nearest pixel gives pixels 0, 0, 1, 1, ….</summary>
    private static bool IsRepetition(OnnxNode node)
    {
        string rounding = node.Attribute("nearest_mode")?.Text ?? "round_prefer_floor";
        return (node.Attribute("coordinate_transformation_mode")?.Text ?? "half_pixel") switch
        {
            "asymmetric" => rounding is "floor" or "round_prefer_floor",
            "half_pixel" or "pytorch_half_pixel" or "half_pixel_symmetric" =>
                rounding is "round_prefer_floor" or "round_prefer_ceil",
            "tf_half_pixel_for_nn" => rounding == "floor",
            _ => false,
        };
    }

    /// <summary>A number multiplied or added: to a tanh that nothing else reads it is part of that.</summary>
    private Map Scale(OnnxNode node, string name, Map input, ShapeValues number)
    {
        if (number.Values is not [var value] || input.Layer != _layers.Count - 1 || _layers is not [.., TanhLayer tanh]
            || _uses[name] != 1)
        {
            throw new FormatException("scales or shifts something else than a Tanh by one number");
        }
        _layers[^1] = node.Operator switch
        {
            "Mul" => tanh with { Factor = tanh.Factor * (float)value, Offset = tanh.Offset * (float)value },
            "Div" => tanh with { Factor = tanh.Factor / (float)value, Offset = tanh.Offset / (float)value },
            "Add" => tanh with { Offset = tanh.Offset + (float)value },
            _ => tanh with { Offset = tanh.Offset - (float)value },
        };
        return _layers[^1] is TanhLayer { Factor: var factor, Offset: var offset }
            && float.IsFinite(factor) && float.IsFinite(offset)
                ? input
                : throw new FormatException("makes a number that is not finite");
    }

    private static OnnxTensor Constant(OnnxNode node) =>
        node.Attribute("value")?.Tensor
        ?? (node.Attribute("value_float")?.Float is { } single ? OnnxTensor.Of("", [single])
            : node.Attribute("value_int")?.Number is { } number ? OnnxTensor.Of("", number)
            : node.Attribute("value_floats") is { } floats
                ? OnnxTensor.Of("", [.. floats.Floats], floats.Floats.Count)
            : node.Attribute("value_ints") is { } numbers ? OnnxTensor.Of("", [.. numbers.Numbers])
            : throw new FormatException("holds neither a tensor nor numbers"));

    private OnnxTensor Tensor(OnnxNode node, int place, string what) =>
        place < node.Inputs.Count && _values.GetValueOrDefault(node.Inputs[place]) is OnnxTensor tensor
            ? tensor
            : throw new FormatException($"has {what} that the file does not hold as a constant");

    private static float[] Floats(OnnxTensor tensor)
    {
        try
        {
            return tensor.ToFloats();
        }
        catch (FormatException exception)
        {
            throw new FormatException($"reads '{tensor.Name}', which {exception.Message}", exception);
        }
    }

    private static ShapeValues Shape(object? value) => value switch
    {
        ShapeValues values => values,
        OnnxTensor tensor => ShapeValues.Of(tensor),
        _ => throw new FormatException("reads what is no constant where one is needed"),
    };

    private static long[]? Numbers(OnnxNode node, string name) => node.Attribute(name)?.Numbers.ToArray();

    private Map Picture(OnnxValue input)
    {
        List<(long? Side, string? Name)> shape = input.Shape;
        if (shape.Count != 4 || (shape[1].Side ?? StyleNetwork.PictureChannels) != StyleNetwork.PictureChannels)
        {
            IEnumerable<string?> declared = shape.Select(one => one.Side is { } side ? $"{side}" : one.Name);
            throw Wrong($"has an input '{input.Name}' of {string.Join('×', declared)}, where a picture is "
                + "1×3×height×width");
        }
        return new Map(Layer.Picture, StyleNetwork.PictureChannels, Side(shape[2].Side), Side(shape[3].Side));

        static long Side(long? declared) => declared is >= 1 and <= LargestSide ? declared.Value : UsualSide;
    }

    private Map Append(Layer layer, Map output)
    {
        if (output.Height > LargestSide || output.Width > LargestSide)
            throw new FormatException("makes a map that is larger than any picture");
        _layers.Add(layer);
        return output with { Layer = _layers.Count - 1 };
    }

    /// <summary>The layer's name: the node's, or its output's, with a number where another has it already.</summary>
    private string NameOf(OnnxNode node)
    {
        string given = node.Name.Length > 0 ? node.Name : $"{node.Operator.ToLowerInvariant()}.{node.Outputs[0]}";
        string name = given;
        for (int number = 2; !_names.Add(name); number++)
            name = $"{given}.{number}";
        return name;
    }

    private NetworkFileException Unsupported(OnnxNode node) => new(
        $"'{file}' has an operator {Named(node)} that is not supported: a style network is made of Conv, Pad, "
        + "InstanceNormalization, Relu, Add, Upsample or Resize by 2, and Tanh.");

    private NetworkFileException Wrong(OnnxNode node, string reason, Exception? cause = null) =>
        new($"'{file}' cannot be used: {Named(node)} {reason}.", cause);

    private NetworkFileException Wrong(string reason) => new($"'{file}' {reason}.");

    private static string Named(OnnxNode node)
    {
        string domain = node.Domain.Length > 0 ? $"{node.Domain}." : "";
        return $"{domain}{node.Operator} '{(node.Name.Length > 0 ? node.Name : node.Outputs.FirstOrDefault())}'";
    }
}
