using System.Text;
using IlgpuStyle.FastStyle.Onnx;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

public sealed class NetworkFileTests
{
    private static readonly StyleNetwork Network =
        NetworkReference.Disturbed(new StyleNetwork(
            StyleNetwork.Create([8, 16, 32], 1, seed: 3).Layers,
            new Dictionary<string, string> { ["style"] = "Sternennacht, größer", ["recipe"] = "{}" }));

    [Fact]
    public void A_network_comes_back_as_it_was()
    {
        StyleNetwork read = NetworkFile.Parse("x", OnnxRuntimePeer.FileOf(Network));
        Assert.Equal(Network.Metadata, read.Metadata);
        RequireSame(Network.Layers, read.Layers);
        Assert.Equal(Network.Layers.Select(layer => layer.Name), read.Layers.Select(layer => layer.Name));
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(9, true)]
    public void A_network_of_the_zoos_structure_is_read(int opset, bool computesScales)
    {
        StyleNetwork read = NetworkFile.Parse(
            "x", OnnxRuntimePeer.FileOf(ZooNetwork.Of(Network, opset, computesScales)));
        RequireSame([.. Network.Layers.SkipLast(1)], read.Layers);
        // Not the tanh: written again, it is a file of ours.
        RequireSame(read.Layers, NetworkFile.Parse("x", OnnxRuntimePeer.FileOf(read)).Layers);
    }

    /// <summary>As PyTorch 1.13 writes a padding of version 11 and later where it folds no constants.</summary>
    [Fact]
    public void Paddings_that_are_computed_are_read()
    {
        OnnxModel model = Model("Pad", new OnnxAttribute { Name = "mode", Text = "reflect" });
        OnnxGraph graph = model.Graph!;
        graph.Nodes[0].Inputs.Add("pads");
        OnnxNode[] nodes =
        [
            Constant("sides", OnnxTensor.Of("", 4, 4, 4, 4)),
            Node("ConstantOfShape", ["rest"], "zeros"),
            Node("Concat", ["sides", "zeros"], "all", new OnnxAttribute { Name = "axis", Number = 0 }),
            Constant("pairs", OnnxTensor.Of("", -1, 2)),
            Node("Reshape", ["all", "pairs"], "table"),
            Node("Slice", ["table", "minus1", "least", "axis0", "minus1"], "reversed"),
            Node("Transpose", ["reversed"], "turned", new OnnxAttribute { Name = "perm", Numbers = [1, 0] }),
            Node("Reshape", ["turned", "minus1"], "row"),
            Node("Cast", ["row"], "pads", new OnnxAttribute { Name = "to", Number = 7 }),
        ];
        graph.Initializers.AddRange(
        [
            OnnxTensor.Of("rest", 4), OnnxTensor.Of("minus1", -1), OnnxTensor.Of("axis0", 0),
            OnnxTensor.Of("least", -9223372036854775807),
        ]);
        nodes[1].Attributes.Add(new OnnxAttribute { Name = "value", Tensor = OnnxTensor.Of("", 0) });
        graph.Nodes.InsertRange(0, nodes);
        Layer layer = Assert.Single(NetworkFile.Parse("x", OnnxRuntimePeer.FileOf(model)).Layers);
        Assert.Equal(4, Assert.IsType<ReflectPadLayer>(layer).Padding);
    }

    [Fact]
    public void What_is_not_known_is_named()
    {
        Refused("'x.onnx' has an operator ConvTranspose 'node' that is not supported: a style network is made of Conv, "
            + "Pad, InstanceNormalization, Relu, Add, Upsample or Resize by 2, and Tanh.", Model("ConvTranspose"));
        Refused("'x.onnx' cannot be used: Pad 'node' pads by something else than reflection.",
            Model("Pad", new OnnxAttribute { Name = "pads", Numbers = [0, 0, 1, 1, 0, 0, 1, 1] }));
        Refused("'x.onnx' cannot be used: Pad 'node' pads by 0, 0, 1, 2, 0, 0, 1, 2, where only the same on all four "
            + "sides is known.",
            Model("Pad", new OnnxAttribute { Name = "mode", Text = "reflect" },
                new OnnxAttribute { Name = "pads", Numbers = [0, 0, 1, 2, 0, 0, 1, 2] }));
        Refused("'x.onnx' cannot be used: Pad 'node' pads by 0, 0, 1, 2, 0, 0, 1, 1, where only the same on all four "
            + "sides is known.",
            Model("Pad", new OnnxAttribute { Name = "mode", Text = "reflect" },
                new OnnxAttribute { Name = "pads", Numbers = [0, 0, 1, 2, 0, 0, 1, 1] }));
        Refused("'x.onnx' cannot be used: Upsample 'node' resizes by 1, 1, 3, 3 (nearest), where only the nearest "
            + "pixel twice is known.", Model("Upsample", new OnnxAttribute { Name = "scales", Floats = [1, 1, 3, 3] }));
        OnnxModel scaled = Model("Mul");
        scaled.Graph!.Nodes[0].Inputs.Add("half");
        scaled.Graph.Initializers.Add(OnnxTensor.Of("half", [0.5f]));
        Refused(
            "'x.onnx' cannot be used: Mul 'node' scales or shifts something else than a Tanh by one number.", scaled);
        OnnxModel shared = Model("Tanh");
        shared.Graph!.Nodes[0].Outputs[0] = "tanh";
        shared.Graph.Nodes.Add(Node("Mul", ["tanh", "half"], "scaled"));
        shared.Graph.Nodes.Add(Node("Add", ["scaled", "tanh"], "out"));
        shared.Graph.Initializers.Add(OnnxTensor.Of("half", [0.5f]));
        Refused(
            "'x.onnx' cannot be used: Mul 'scaled' scales or shifts something else than a Tanh by one number.", shared);
        OnnxModel wide = Model("Conv");
        wide.Graph!.Nodes[0].Inputs.Add("w");
        wide.Graph.Initializers.Add(OnnxTensor.Of("w", new float[12], 3, 4, 1, 1));
        Refused("'x.onnx' cannot be used: Conv 'node' has weights for 4 channels and reads 3.", wide);
        OnnxModel old = Model("Relu");
        old.Opsets[""] = 3;
        Refused("'x.onnx' has operators of ONNX version 3, where 7 to 25 are known.", old);
        OnnxModel half = Model("Conv");
        half.Graph!.Nodes[0].Inputs.Add("w");
        half.Graph.Initializers.Add(new OnnxTensor { Name = "w", Type = 10, Sides = [3, 3, 1, 1] });
        Refused("'x.onnx' cannot be used: Conv 'node' reads 'w', which is of ONNX's type 10, not float32.", half);
        Refused("'x.onnx' is no ONNX file, or it is damaged: it holds no graph.", new OnnxModel());
    }

    /// <summary>Of the ways to find a pixel that ONNX's Resize has, those that repeat each one twice.</summary>
    [Theory]
    [InlineData("asymmetric", "floor", true)]
    [InlineData("asymmetric", "round_prefer_floor", true)]
    [InlineData("asymmetric", "ceil", false)]
    [InlineData("asymmetric", "round_prefer_ceil", false)]
    [InlineData("half_pixel", "round_prefer_floor", true)]
    [InlineData("half_pixel", "floor", false)]
    [InlineData("tf_half_pixel_for_nn", "floor", true)]
    [InlineData("tf_half_pixel_for_nn", "round_prefer_floor", false)]
    [InlineData("align_corners", "floor", false)]
    public void A_resize_is_read_where_it_repeats_pixels(string coordinates, string rounding, bool isRead)
    {
        OnnxModel model = Model(
            "Resize", new OnnxAttribute { Name = "coordinate_transformation_mode", Text = coordinates },
            new OnnxAttribute { Name = "nearest_mode", Text = rounding });
        model.Graph!.Nodes[0].Inputs.AddRange(["", "scales"]);
        model.Graph.Initializers.Add(OnnxTensor.Of("scales", [1f, 1f, 2f, 2f], 4));
        byte[] file = OnnxRuntimePeer.FileOf(model);
        if (isRead)
            Assert.IsType<UpsampleLayer>(Assert.Single(NetworkFile.Parse("x", file).Layers));
        else
            Refused("where only the nearest pixel twice is known.", file);
    }

    [Fact]
    public void Other_files_are_refused_by_name()
    {
        Refused("is no ONNX file, or it is damaged.", Encoding.UTF8.GetBytes("%PDF-1.7 and more of it"));
        Refused("is no ONNX file, or it is damaged: it holds no graph.", []);
        Assert.Equal(
            "'nowhere.onnx' does not exist.",
            Assert.Throws<NetworkFileException>(() => NetworkFile.Read("nowhere.onnx")).Message);
        Assert.Equal(
            "'.' is a folder, not an ONNX file.",
            Assert.Throws<NetworkFileException>(() => NetworkFile.Read(".")).Message);
    }

    private static void RequireSame(IReadOnlyList<Layer> expected, IReadOnlyList<Layer> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((Layer one, Layer other) in expected.Zip(actual))
        {
            // Records compare arrays by reference, and names are the file's.
            Assert.Equivalent(one, other with { Name = one.Name }, strict: true);
        }
    }

    private static OnnxModel Model(string type, params OnnxAttribute[] attributes)
    {
        var graph = new OnnxGraph();
        graph.Inputs.Add(new OnnxValue { Name = "in", Shape = [(1, null), (3, null), (null, "h"), (null, "w")] });
        graph.Outputs.Add(new OnnxValue { Name = "out" });
        OnnxNode node = Node(type, ["in"], "out", attributes);
        node.Name = "node";
        graph.Nodes.Add(node);
        return new OnnxModel { IrVersion = 7, Graph = graph, Opsets = { [""] = 13 } };
    }

    private static OnnxNode Node(
        string type, List<string> inputs, string output, params OnnxAttribute[] attributes) =>
        new() { Operator = type, Inputs = inputs, Outputs = [output], Attributes = [.. attributes] };

    private static OnnxNode Constant(string name, OnnxTensor value) =>
        Node("Constant", [], name, new OnnxAttribute { Name = "value", Tensor = value });

    private static void Refused(string sentence, OnnxModel model) => Refused(sentence, OnnxRuntimePeer.FileOf(model));

    private static void Refused(string sentence, byte[] file) => Assert.EndsWith(
        sentence,
        Assert.Throws<NetworkFileException>(() => NetworkFile.Parse("x.onnx", file)).Message,
        StringComparison.Ordinal);
}
