using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Options;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle inspect</c>: what is in a style network's file.</summary>
internal static class InspectCommand
{
    /// <summary>The picture for which sizes are shown.</summary>
    private const int Side = 256;

    public static Command Create()
    {
        var file = new Argument<string>("STYLE.onnx")
        {
            Description = "A style network.",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
        };
        var command = new Command("inspect", "Say what is in a style network's file: style, recipe, layers.") { file };
        command.SetAction(parsed => (int)Inspect(
            parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static ExitCode Inspect(string path, TextWriter output)
    {
        StyleNetwork network = NetworkFile.Read(path);
        int? smallest = MapShapes.SmallestSide(network);
        int keyWidth = network.Metadata.Keys.Append("parameters").Max(key => key.Length) + 2;
        WriteRow("file", path);
        WriteRow("size", $"{new FileInfo(path).Length} bytes");
        WriteRow("parameters", $"{network.Parameters}");
        WriteRow("pictures", smallest is { } side ? $"from {side} pixels a side" : "come out smaller: cannot be used");
        foreach ((string key, string value) in network.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            WriteRow(key, value);
        TensorShape[]? shapes = smallest <= Side ? MapShapes.Of(network, Side, Side) : null;
        int width = network.Layers.Max(layer => layer.Name.Length) + 2;
        output.WriteLine();
        output.WriteLine($"{"layer".PadRight(width)}{"operation",-26}{$"of {Side}×{Side}",-14}parameters");
        foreach ((Layer layer, int place) in network.Layers.Select((layer, place) => (layer, place)))
        {
            WriteLine(
                $"{layer.Name.PadRight(width)}{OperationOf(layer, network),-26}{shapes?[place].ToString() ?? "?",-14}"
                + (layer.Parameters > 0 ? $"{layer.Parameters,10}" : ""));
        }
        return ExitCode.Done;

        void WriteRow(string key, string value) => WriteLine($"{key.PadRight(keyWidth)}{value}");

        // Names and metadata are the file's, and a terminal would obey what is no letter.
        void WriteLine(string line) =>
            output.WriteLine(string.Concat(line.TrimEnd().Select(c => char.IsControl(c) ? ' ' : c)));
    }

    private static string OperationOf(Layer layer, StyleNetwork network) => layer switch
    {
        ReflectPadLayer pad => $"reflection by {pad.Padding}",
        ConvolutionLayer { Stride: 1, Kernel: var k } => $"convolution {k}×{k}",
        ConvolutionLayer { Stride: var stride, Kernel: var k } => $"convolution {k}×{k}, stride {stride}",
        InstanceNormalizationLayer => "instance normalisation",
        ReluLayer => "ReLU",
        AdditionLayer { Other: var other } => $"+ {(other < 0 ? "picture" : network.Layers[other].Name)}",
        UpsampleLayer => "nearest ×2",
        TanhLayer tanh => $"{tanh.Factor:G6}·tanh + {tanh.Offset:G6}",
        _ => layer.GetType().Name,
    };
}
