using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>The convolutions of a VGG19, all finite and of the right shapes.</summary>
public sealed class VggWeights
{
    private readonly Dictionary<string, LayerWeights> _byName;

    internal VggWeights(IReadOnlyList<LayerWeights> convolutions)
    {
        Convolutions = convolutions;
        _byName = convolutions.ToDictionary(convolution => convolution.Layer.Name);
    }

    /// <summary>The convolutions that were read, in the network's order.</summary>
    public IReadOnlyList<LayerWeights> Convolutions { get; }

    /// <summary>A convolution by its Keras name.</summary>
    /// <exception cref="ArgumentException">No such convolution was read.</exception>
    public LayerWeights this[string layer] => _byName.TryGetValue(layer, out LayerWeights? found)
        ? found
        : throw new ArgumentException($"No weights of layer '{layer}' were read.", nameof(layer));

    /// <summary>
    /// Reads the convolutions from a Keras HDF5 file of any <see cref="KerasLayout"/>, of float16, float32 or
    /// float64, compressed or not.
    /// </summary>
    /// <param name="path">The .h5 file.</param>
    /// <param name="upToLayer">The last layer needed, a convolution or a pool: later ones are not looked at.</param>
    /// <exception cref="WeightFileException">The file is missing, no such file, damaged, lacks a layer, or holds
    /// a wrong shape or a value that is not finite.</exception>
    /// <exception cref="ArgumentException">VGG19 has no layer of that name.</exception>
    public static VggWeights Read(string path, string upToLayer = "block5_conv4")
    {
        int last = Vgg19.IndexOf(upToLayer);
        using KerasWeightFile file = KerasWeightFile.Open(path);
        return new VggWeights([
            .. Vgg19.Layers.Take(last + 1)
                .Where(layer => layer.Kind == VggLayerKind.Convolution)
                .Select(layer => ReadConvolution(file, layer))]);
    }

    private static LayerWeights ReadConvolution(KerasWeightFile file, VggLayer layer)
    {
        (Hdf5Dataset kernel, Hdf5Dataset bias) = file.OpenConvolution(layer);
        using (kernel)
        using (bias)
        {
            return new LayerWeights(
                layer, file.ReadAll(kernel, layer.Name, "kernel"), file.ReadAll(bias, layer.Name, "bias"));
        }
    }
}
