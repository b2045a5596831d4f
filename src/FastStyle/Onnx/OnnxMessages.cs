using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>
/// The messages of an ONNX file that a style network needs, in Protocol Buffers' encoding. Field numbers and types are
/// those of onnx.proto; what a file has beside them is skipped.
/// </summary>
internal sealed class OnnxModel
{
    /// <summary>The version of the file format, not of the operators.</summary>
    public long IrVersion { get; set; }

    public string Producer { get; set; } = "";

    public OnnxGraph? Graph { get; set; }

    /// <summary>Versions of sets of operators, by domain; "" is ONNX's own.</summary>
    public Dictionary<string, long> Opsets { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <exception cref="InvalidProtocolBufferException">It is no message.</exception>
    public static OnnxModel Parse(byte[] bytes)
    {
        var model = new OnnxModel();
        Wire.Read(new CodedInputStream(bytes), (input, tag) =>
        {
            switch (tag)
            {
                case (1 << 3) | Wire.Number: model.IrVersion = input.ReadInt64(); break;
                case (2 << 3) | Wire.Bytes: model.Producer = input.ReadString(); break;
                case (7 << 3) | Wire.Bytes: model.Graph = OnnxGraph.Parse(Wire.Nested(input)); break;
                case (8 << 3) | Wire.Bytes: AddTo(model.Opsets, input, set => set.ReadInt64(), Wire.Number); break;
                case (14 << 3) | Wire.Bytes: AddTo(model.Metadata, input, pair => pair.ReadString(), Wire.Bytes); break;
                default: input.SkipLastField(); break;
            }
        });
        return model;
    }

    public void Write(CodedOutputStream output)
    {
        Wire.Write(output, 1, IrVersion);
        Wire.Write(output, 2, Producer);
        if (Graph is not null)
            Wire.Write(output, 7, Graph.Write);
        foreach ((string domain, long version) in Opsets)
        {
            Wire.Write(output, 8, set =>
            {
                Wire.Write(set, 1, domain);
                Wire.Write(set, 2, version);
            });
        }
        foreach ((string key, string value) in Metadata)
        {
            Wire.Write(output, 14, entry =>
            {
                Wire.Write(entry, 1, key);
                Wire.Write(entry, 2, value);
            });
        }
    }

    /// <summary>Reads an entry: a name, 1, and its value, 2.</summary>
    private static void AddTo<T>(
        Dictionary<string, T> entries, CodedInputStream input, Func<CodedInputStream, T> read, uint type)
    {
        string key = "";
        T? value = default;
        Wire.Read(Wire.Nested(input), (entry, tag) =>
        {
            if (tag == ((1 << 3) | Wire.Bytes))
                key = entry.ReadString();
            else if (tag == ((2 << 3) | type))
                value = read(entry);
            else
                entry.SkipLastField();
        });
        if (value is not null)
            entries[key] = value;
    }
}

/// <summary>Nodes in an order in which each only reads what earlier ones make.</summary>
internal sealed class OnnxGraph
{
    public string Name { get; set; } = "";

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Weights, by their names.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    public static OnnxGraph Parse(CodedInputStream bytes)
    {
        var graph = new OnnxGraph();
        Wire.Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case (1 << 3) | Wire.Bytes: graph.Nodes.Add(OnnxNode.Parse(Wire.Nested(input))); break;
                case (2 << 3) | Wire.Bytes: graph.Name = input.ReadString(); break;
                case (5 << 3) | Wire.Bytes: graph.Initializers.Add(OnnxTensor.Parse(Wire.Nested(input))); break;
                case (11 << 3) | Wire.Bytes: graph.Inputs.Add(OnnxValue.Parse(Wire.Nested(input))); break;
                case (12 << 3) | Wire.Bytes: graph.Outputs.Add(OnnxValue.Parse(Wire.Nested(input))); break;
                default: input.SkipLastField(); break;
            }
        });
        return graph;
    }

    public void Write(CodedOutputStream output)
    {
        foreach (OnnxNode node in Nodes)
            Wire.Write(output, 1, node.Write);
        Wire.Write(output, 2, Name);
        foreach (OnnxTensor tensor in Initializers)
            Wire.Write(output, 5, tensor.Write);
        foreach (OnnxValue value in Inputs)
            Wire.Write(output, 11, value.Write);
        foreach (OnnxValue value in Outputs)
            Wire.Write(output, 12, value.Write);
    }
}

/// <summary>An operator applied to values.</summary>
internal sealed class OnnxNode
{
    /// <summary>Names of values; "" where an operator's optional input is left out.</summary>
    public List<string> Inputs { get; init; } = [];

    public List<string> Outputs { get; init; } = [];

    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    public string Domain { get; set; } = "";

    public List<OnnxAttribute> Attributes { get; init; } = [];

    /// <summary>The attribute of a name; null where the node has none.</summary>
    public OnnxAttribute? Attribute(string name) => Attributes.Find(attribute => attribute.Name == name);

    public static OnnxNode Parse(CodedInputStream bytes)
    {
        var node = new OnnxNode();
        Wire.Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case (1 << 3) | Wire.Bytes: node.Inputs.Add(input.ReadString()); break;
                case (2 << 3) | Wire.Bytes: node.Outputs.Add(input.ReadString()); break;
                case (3 << 3) | Wire.Bytes: node.Name = input.ReadString(); break;
                case (4 << 3) | Wire.Bytes: node.Operator = input.ReadString(); break;
                case (5 << 3) | Wire.Bytes: node.Attributes.Add(OnnxAttribute.Parse(Wire.Nested(input))); break;
                case (7 << 3) | Wire.Bytes: node.Domain = input.ReadString(); break;
                default: input.SkipLastField(); break;
            }
        });
        return node;
    }

    public void Write(CodedOutputStream output)
    {
        foreach (string input in Inputs)
            Wire.Write(output, 1, input);
        foreach (string made in Outputs)
            Wire.Write(output, 2, made);
        Wire.Write(output, 3, Name);
        Wire.Write(output, 4, Operator);
        foreach (OnnxAttribute attribute in Attributes)
            Wire.Write(output, 5, attribute.Write);
    }
}

/// <summary>A named constant of a node, of one of these types.</summary>
internal sealed class OnnxAttribute
{
    // The numbers that onnx.proto gives types.
    private const long FloatType = 1;
    private const long NumberType = 2;
    private const long TextType = 3;
    private const long TensorType = 4;
    private const long FloatsType = 6;
    private const long NumbersType = 7;

    public required string Name { get; set; }

    public float? Float { get; set; }

    public long? Number { get; set; }

    public string? Text { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public List<float> Floats { get; init; } = [];

    public List<long> Numbers { get; init; } = [];

    public static OnnxAttribute Parse(CodedInputStream bytes)
    {
        var attribute = new OnnxAttribute { Name = "" };
        Wire.Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case (1 << 3) | Wire.Bytes: attribute.Name = input.ReadString(); break;
                case (2 << 3) | Wire.Float: attribute.Float = input.ReadFloat(); break;
                case (3 << 3) | Wire.Number: attribute.Number = input.ReadInt64(); break;
                // Bytes, which for the attributes of interest are UTF-8.
                case (4 << 3) | Wire.Bytes: attribute.Text = input.ReadBytes().ToStringUtf8(); break;
                case (5 << 3) | Wire.Bytes: attribute.Tensor = OnnxTensor.Parse(Wire.Nested(input)); break;
                default:
                    if (!Wire.ReadFloats(input, tag, 7, attribute.Floats)
                        && !Wire.ReadNumbers(input, tag, 8, attribute.Numbers))
                    {
                        input.SkipLastField();
                    }
                    break;
            }
        });
        return attribute;
    }

    public void Write(CodedOutputStream output)
    {
        Wire.Write(output, 1, Name);
        long type;
        if (Float is { } single)
        {
            output.WriteTag(2, WireType.Fixed32);
            output.WriteFloat(single);
            type = FloatType;
        }
        else if (Number is { } number)
        {
            Wire.Write(output, 3, number);
            type = NumberType;
        }
        else if (Text is { } text)
        {
            Wire.Write(output, 4, text);
            type = TextType;
        }
        else if (Tensor is { } tensor)
        {
            Wire.Write(output, 5, tensor.Write);
            type = TensorType;
        }
        else if (Floats.Count > 0)
        {
            Wire.WriteFloats(output, 7, Floats);
            type = FloatsType;
        }
        else
        {
            foreach (long value in Numbers)
                Wire.Write(output, 8, value);
            type = NumbersType;
        }
        Wire.Write(output, 20, type);
    }
}

/// <summary>An input or output of a graph.</summary>
internal sealed class OnnxValue
{
    public required string Name { get; set; }

    /// <summary>Its sides as declared: a number, a name for one that is not known, or null.</summary>
    public List<(long? Side, string? Name)> Shape { get; init; } = [];

    public static OnnxValue Parse(CodedInputStream bytes)
    {
        var value = new OnnxValue { Name = "" };
        Wire.Read(bytes, (input, tag) =>
        {
            if (tag == ((1 << 3) | Wire.Bytes))
                value.Name = input.ReadString();
            else if (tag == ((2 << 3) | Wire.Bytes))
                ReadType(Wire.Nested(input), value.Shape);
            else
                input.SkipLastField();
        });
        return value;
    }

    public void Write(CodedOutputStream output)
    {
        Wire.Write(output, 1, Name);
        Wire.Write(output, 2, type => Wire.Write(type, 1, tensor =>
        {
            Wire.Write(tensor, 1, OnnxTensor.FloatType);
            Wire.Write(tensor, 2, shape =>
            {
                foreach ((long? side, string? name) in Shape)
                {
                    Wire.Write(shape, 1, dimension =>
                    {
                        if (side is { } known)
                            Wire.Write(dimension, 1, known);
                        else if (name is not null)
                            Wire.Write(dimension, 2, name);
                    });
                }
            });
        }));
    }

    /// <summary>Type, tensor type and shape are messages of which one field counts each.</summary>
    private static void ReadType(CodedInputStream bytes, List<(long? Side, string? Name)> shape) =>
        ReadField(bytes, 1, tensor => ReadField(tensor, 2, sides => ReadField(sides, 1, dimension =>
        {
            long? side = null;
            string? name = null;
            Wire.Read(dimension, (input, tag) =>
            {
                if (tag == ((1 << 3) | Wire.Number))
                    side = input.ReadInt64();
                else if (tag == ((2 << 3) | Wire.Bytes))
                    name = input.ReadString();
                else
                    input.SkipLastField();
            });
            shape.Add((side, name));
        })));

    private static void ReadField(CodedInputStream bytes, uint field, Action<CodedInputStream> read) =>
        Wire.Read(bytes, (input, tag) =>
        {
            if (tag == ((field << 3) | Wire.Bytes))
                read(Wire.Nested(input));
            else
                input.SkipLastField();
        });
}
