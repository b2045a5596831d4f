using IlgpuStyle.FastStyle.Onnx;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>
/// Files built as the ONNX model zoo's fast neural style networks are: operators of version 8 or 9, paddings as
/// attributes, Upsample, a picture of a declared size, weights among the inputs, no scaled tanh.
/// </summary>
internal static class ZooNetwork
{
    /// <summary>A file's message of the network's layers, whose last tanh is left out.</summary>
    /// <param name="network">Made by <see cref="StyleNetwork.Create"/>.</param>
    /// <param name="opset">8 or 9.</param>
    /// <param name="computesScales">Whether Upsample's scales are computed from sizes, as PyTorch does it.</param>
    public static OnnxModel Of(StyleNetwork network, int opset, bool computesScales = false)
    {
        var graph = new OnnxGraph { Name = "torch-jit-export" };
        graph.Inputs.Add(new OnnxValue { Name = "input1", Shape = [(1, null), (3, null), (224, null), (224, null)] });
        graph.Outputs.Add(new OnnxValue { Name = "output1", Shape = [(1, null), (3, null), (224, null), (224, null)] });
        int last = network.Layers.Count - 2;
        for (int place = 0; place <= last; place++)
            AddLayer(network.Layers[place], place);
        return new OnnxModel { IrVersion = 4, Producer = "pytorch", Graph = graph, Opsets = { [""] = opset } };

        string Value(int place) => place == Layer.Picture ? "input1" : place == last ? "output1" : $"{place + 1}";

        void AddLayer(Layer layer, int place)
        {
            string input = Value(layer.Input);
            switch (layer)
            {
                case ReflectPadLayer { Padding: var p }:
                    Add("Pad", [input], Value(place),
                        new OnnxAttribute { Name = "mode", Text = "reflect" },
                        new OnnxAttribute { Name = "pads", Numbers = [0, 0, p, p, 0, 0, p, p] });
                    break;
                case ConvolutionLayer c:
                    // One kind of weights in each of the places that they can be in.
                    graph.Initializers.Add(new OnnxTensor
                    {
                        Name = $"{layer.Name}.weight",
                        Type = OnnxTensor.FloatType,
                        Sides = [c.OutputChannels, c.InputChannels, c.Kernel, c.Kernel],
                        FloatData = [.. c.Weights],
                    });
                    graph.Inputs.Add(new OnnxValue
                    {
                        Name = $"{layer.Name}.weight",
                        Shape = [(c.OutputChannels, null), (c.InputChannels, null), (c.Kernel, null), (c.Kernel, null)],
                    });
                    Constant($"{layer.Name}.bias", OnnxTensor.Of("", c.Bias, c.Bias.Length));
                    Add("Conv", [input, $"{layer.Name}.weight", $"{layer.Name}.bias"], Value(place),
                        new OnnxAttribute { Name = "dilations", Numbers = [1, 1] },
                        new OnnxAttribute { Name = "group", Number = 1 },
                        new OnnxAttribute { Name = "kernel_shape", Numbers = [c.Kernel, c.Kernel] },
                        new OnnxAttribute { Name = "pads", Numbers = [0, 0, 0, 0] },
                        new OnnxAttribute { Name = "strides", Numbers = [c.Stride, c.Stride] });
                    break;
                case InstanceNormalizationLayer norm:
                    graph.Initializers.Add(OnnxTensor.Of($"{norm.Name}.weight", norm.Scale, norm.Scale.Length));
                    graph.Initializers.Add(OnnxTensor.Of($"{norm.Name}.bias", norm.Bias, norm.Bias.Length));
                    Add("InstanceNormalization", [input, $"{norm.Name}.weight", $"{norm.Name}.bias"], Value(place),
                        new OnnxAttribute { Name = "epsilon", Float = norm.Epsilon });
                    break;
                case ReluLayer:
                    Add("Relu", [input], Value(place));
                    break;
                case AdditionLayer { Other: var other }:
                    Add("Add", [input, Value(other)], Value(place));
                    break;
                case UpsampleLayer when opset < 9:
                    Add("Upsample", [input], Value(place), new OnnxAttribute { Name = "mode", Text = "nearest" },
                        new OnnxAttribute { Name = "scales", Floats = [1, 1, 2, 2] });
                    break;
                case UpsampleLayer:
                    string scales = $"{layer.Name}.scales";
                    if (computesScales)
                        ComputeScales(input, scales);
                    else
                        Constant(scales, OnnxTensor.Of("", [1, 1, 2, 2], 4));
                    Add("Upsample", [input, scales], Value(place),
                        new OnnxAttribute { Name = "mode", Text = "nearest" });
                    break;
                default:
                    throw new ArgumentException(layer.ToString());
            }
        }

        void Add(string type, List<string> inputs, string output, params OnnxAttribute[] attributes) =>
            graph.Nodes.Add(new OnnxNode
            {
                Operator = type,
                Inputs = inputs,
                Outputs = [output],
                Attributes = [.. attributes],
            });

        void Constant(string name, OnnxTensor value) =>
            Add("Constant", [], name, new OnnxAttribute { Name = "value", Tensor = value });

        // floor(2·side) over side, for height and width.
        void ComputeScales(string map, string scales)
        {
            for (int axis = 2; axis <= 3; axis++)
            {
                string name = $"{scales}.{axis}";
                Add("Shape", [map], $"{name}.shape");
                Constant($"{name}.axis", new OnnxTensor { Type = OnnxTensor.Int64Type, Int64Data = [axis] });
                Add("Gather", [$"{name}.shape", $"{name}.axis"], $"{name}.side",
                    new OnnxAttribute { Name = "axis", Number = 0 });
                Constant($"{name}.two", new OnnxTensor { Type = OnnxTensor.FloatType, FloatData = [2] });
                Add("Cast", [$"{name}.side"], $"{name}.single", new OnnxAttribute { Name = "to", Number = 1 });
                Add("Mul", [$"{name}.single", $"{name}.two"], $"{name}.double");
                Add("Floor", [$"{name}.double"], $"{name}.floor");
                Add("Unsqueeze", [$"{name}.floor"], $"{name}.row", new OnnxAttribute { Name = "axes", Numbers = [0] });
            }
            Add("Concat", [$"{scales}.2.row", $"{scales}.3.row"], $"{scales}.sizes",
                new OnnxAttribute { Name = "axis", Number = 0 });
            Add("Shape", [map], $"{scales}.shape");
            Add("Slice", [$"{scales}.shape"], $"{scales}.sides",
                new OnnxAttribute { Name = "axes", Numbers = [0] },
                new OnnxAttribute { Name = "ends", Numbers = [4] },
                new OnnxAttribute { Name = "starts", Numbers = [2] });
            Add("Cast", [$"{scales}.sides"], $"{scales}.old", new OnnxAttribute { Name = "to", Number = 1 });
            Add("Div", [$"{scales}.sizes", $"{scales}.old"], $"{scales}.ratio");
            Constant($"{scales}.ones", OnnxTensor.Of("", [1, 1], 2));
            Add("Concat", [$"{scales}.ones", $"{scales}.ratio"], scales,
                new OnnxAttribute { Name = "axis", Number = 0 });
        }
    }
}
