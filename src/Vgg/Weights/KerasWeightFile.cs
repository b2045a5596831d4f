using System.Text.RegularExpressions;
using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>
/// Finds the kernel and the bias of a layer, by its Keras name, in each of the layouts of
/// <see cref="KerasLayout"/>, and checks their shapes.
/// </summary>
internal sealed partial class KerasWeightFile : IDisposable
{
    private const string WholeModelGroup = "/model_weights";

    /// <summary>Where .weights.h5 files keep their layers: Keras 3, and Keras 2.12 to 2.15, which began it.</summary>
    private static readonly string[] NumberedGroups = ["/layers", "/_layer_checkpoint_dependencies"];

    private readonly Hdf5File _file;
    private readonly Dictionary<string, (string Kernel, string Bias)> _layers = [];

    private KerasWeightFile(Hdf5File file)
    {
        _file = file;
        if (file.ReadStrings("/", "layer_names") is { } names)
        {
            ListNamedLayers("", names);
            Layout = _layers.Values.Any(paths => Keras1Kernel().IsMatch(paths.Kernel))
                ? KerasLayout.Keras1
                : KerasLayout.Keras2Weights;
        }
        else if (file.ReadStrings(WholeModelGroup, "layer_names") is { } modelNames)
        {
            ListNamedLayers(WholeModelGroup, modelNames);
            Layout = KerasLayout.WholeModel;
        }
        else if (Array.Find(NumberedGroups, file.Exists) is { } group)
        {
            ListNumberedLayers(group, "conv2d", [.. Vgg19.Convolutions.Select(layer => layer.Name)]);
            ListNumberedLayers(group, "dense", [.. Vgg19.DenseLayers.Select(layer => layer.Name)]);
            Layout = KerasLayout.NumberedLayers;
        }
        else
        {
            throw new WeightFileException(
                $"Weights file '{file.Path}' has none of Keras's layouts: neither the attribute layer_names at the "
                + "root or at /model_weights nor a group /layers; save a VGG19 from Keras as .h5.");
        }
    }

    internal string Path => _file.Path;

    internal KerasLayout Layout { get; }

    /// <summary>The names of all layers that have weights, in the file's order.</summary>
    internal IReadOnlyCollection<string> LayerNames => _layers.Keys;

    /// <exception cref="WeightFileException">The file cannot be read or has none of the layouts.</exception>
    internal static KerasWeightFile Open(string path)
    {
        Hdf5File file = Hdf5File.Open(path);
        try
        {
            return new KerasWeightFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a convolution's kernel (3×3×input×output, HWIO) and bias (output).</summary>
    /// <exception cref="WeightFileException">A layer is missing or has another shape.</exception>
    internal (Hdf5Dataset Kernel, Hdf5Dataset Bias) OpenConvolution(VggLayer layer) =>
        OpenPair(layer.Name, [3, 3, layer.InputChannels, layer.OutputChannels],
            "height × width × input × output channels", "not the VGG19 that is needed");

    /// <summary>Opens a dense layer's kernel (input × output) and bias (output).</summary>
    /// <exception cref="WeightFileException">A layer is missing or has another shape.</exception>
    internal (Hdf5Dataset Kernel, Hdf5Dataset Bias) OpenDense(VggDenseLayer layer) =>
        OpenPair(layer.Name, [layer.Inputs, layer.Outputs], "inputs × outputs",
            $"the file with the dense top is needed, as {OfficialWeightFile.WithTop.FileName}");

    /// <summary>Opens a layer's kernel or bias, whatever its shape.</summary>
    /// <exception cref="WeightFileException">
    /// There is no such dataset, or it holds no floating-point numbers.
    /// </exception>
    internal Hdf5Dataset OpenUnchecked(string layer, bool isKernel) =>
        _file.OpenDataset(isKernel ? _layers[layer].Kernel : _layers[layer].Bias);

    /// <summary>Reads a whole dataset.</summary>
    /// <exception cref="WeightFileException">The data are damaged or hold a value that is not finite.</exception>
    internal float[] ReadAll(Hdf5Dataset dataset, string layer, string part)
    {
        float[] values = GC.AllocateUninitializedArray<float>((int)dataset.Length);
        dataset.Read(values);
        FiniteValues.Require(values, Path, layer, part);
        return values;
    }

    public void Dispose() => _file.Dispose();

    private (Hdf5Dataset Kernel, Hdf5Dataset Bias) OpenPair(
        string layer, long[] kernelShape, string meaning, string ifMissing)
    {
        if (!_layers.TryGetValue(layer, out (string Kernel, string Bias) paths))
        {
            throw new WeightFileException(
                $"Weights file '{Path}' has no layer {layer}: {ifMissing} "
                + $"(its layers with weights: {(_layers.Count == 0 ? "none" : string.Join(", ", _layers.Keys))}).");
        }
        Hdf5Dataset kernel = _file.OpenDataset(paths.Kernel);
        try
        {
            RequireShape(layer, "kernel", kernel, kernelShape, meaning);
            Hdf5Dataset bias = _file.OpenDataset(paths.Bias);
            try
            {
                RequireShape(layer, "bias", bias, [kernelShape[^1]], "output channels");
                return (kernel, bias);
            }
            catch
            {
                bias.Dispose();
                throw;
            }
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    private void RequireShape(string layer, string part, Hdf5Dataset dataset, long[] expected, string meaning)
    {
        if (dataset.Shape.SequenceEqual(expected))
            return;
        bool isTheano = expected.Length == 4
            && dataset.Shape.SequenceEqual([expected[3], expected[2], expected[0], expected[1]]);
        throw new WeightFileException(
            $"Weights file '{Path}': the {part} of layer {layer} is {Format(dataset.Shape)}"
            + (isTheano ? ", Theano's order (output × input channels × height × width)," : "")
            + $" where {Format(expected)} ({meaning}) is needed"
            + (isTheano ? "; use a file in TensorFlow's order." : "."));
    }

    /// <summary>
    /// Layouts with lists: a group per layer, whose weight_names are the kernel and the bias in order.
    /// </summary>
    private void ListNamedLayers(string root, IReadOnlyList<string> layers)
    {
        foreach (string layer in layers)
        {
            string group = $"{root}/{layer}";
            if (_file.ReadStrings(group, "weight_names") is { Count: 2 } names)
                _layers[layer] = ($"{group}/{names[0]}", $"{group}/{names[1]}");
        }
    }

    /// <summary>
    /// Keras 3: layers by class and number; a layer's own name stands on its vars where it was saved.
    /// </summary>
    private void ListNumberedLayers(string group, string className, string[] namesInOrder)
    {
        for (int index = 0; index < namesInOrder.Length; index++)
        {
            string variables = $"{group}/{className}{(index == 0 ? "" : $"_{index}")}/vars";
            if (!_file.Exists(variables + "/0"))
                return;
            string name = _file.ReadStrings(variables, "name") is [string saved] ? saved : namesInOrder[index];
            _layers[name] = (variables + "/0", variables + "/1");
        }
    }

    private static string Format(IReadOnlyList<long> shape) => string.Join('×', shape);

    [GeneratedRegex("_W(_[0-9]+)?(:0)?$")]
    private static partial Regex Keras1Kernel();
}
