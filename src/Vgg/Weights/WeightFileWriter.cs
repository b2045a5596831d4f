using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>
/// Writes weights in the official file's layout, <see cref="KerasLayout.Keras1"/>, which every Keras loads.
/// </summary>
public static class WeightFileWriter
{
    /// <summary>Writes the file, over an earlier one; the same weights give the same bytes.</summary>
    /// <exception cref="IOException">The file cannot be written; part of it may be there.</exception>
    /// <exception cref="WeightFileException">HDF5's library is not installed.</exception>
    /// <exception cref="ArgumentException">Not all 16 convolutions are there.</exception>
    public static void Write(string path, VggWeights weights)
    {
        if (weights.Convolutions.Count != Vgg19.Convolutions.Count)
        {
            throw new ArgumentException(
                $"{weights.Convolutions.Count} convolutions were given; {Vgg19.Convolutions.Count} are needed.",
                nameof(weights));
        }
        using var writer = new Hdf5Writer(path);
        writer.WriteStrings("/", "layer_names", ["input_1", .. Vgg19.Layers.Select(layer => layer.Name)]);
        WriteLayerWithoutWeights(writer, "input_1");
        foreach (VggLayer layer in Vgg19.Layers)
        {
            if (layer.Kind == VggLayerKind.Pool)
            {
                WriteLayerWithoutWeights(writer, layer.Name);
                continue;
            }
            string[] names = [$"{layer.Name}_W_1:0", $"{layer.Name}_b_1:0"];
            writer.CreateGroup($"/{layer.Name}");
            writer.WriteStrings($"/{layer.Name}", "weight_names", names);
            LayerWeights convolution = weights[layer.Name];
            writer.WriteFloats($"/{layer.Name}/{names[0]}", convolution.Kernel,
                3, 3, (ulong)layer.InputChannels, (ulong)layer.OutputChannels);
            writer.WriteFloats($"/{layer.Name}/{names[1]}", convolution.Bias, (ulong)layer.OutputChannels);
        }
        writer.Complete();
    }

    private static void WriteLayerWithoutWeights(Hdf5Writer writer, string layer)
    {
        writer.CreateGroup($"/{layer}");
        writer.WriteStrings($"/{layer}", "weight_names", []);
    }
}
