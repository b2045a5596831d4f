using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// What jobs on one device have in common when one follows another: the network with its weights, and the statistics
/// of style pictures.
/// </summary>
/// <remarks>One network is kept, the last. A job that takes another one uploads it in its place.</remarks>
/// <param name="engine">The device.</param>
public sealed class SharedNetwork(Engine engine) : IDisposable
{
    /// <summary>More than the pictures of several styles at all scales; some megabytes each.</summary>
    private const int MostStyles = 32;

    /// <summary>Those of the network, the last one used at the end.</summary>
    private readonly List<(StyleKey Key, IReadOnlyList<IReadOnlyList<float[]>> Statistics)> _styles = [];

    private VggNetwork? _network;
    private (VggWeights Weights, NetworkForm Form, string Layers)? _key;

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network?.Dispose();

    /// <summary>The network of a recipe: the one at hand, or a new one in its place.</summary>
    /// <exception cref="ArgumentException">The weights lack a layer that the recipe names.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    internal VggNetwork Get(VggWeights weights, Recipe recipe)
    {
        (VggWeights, NetworkForm, string) key = (weights, recipe.Network, string.Join(' ', recipe.Layers()));
        if (_network is not null && _key == key)
            return _network;
        _network?.Dispose();
        _network = null;
        _styles.Clear();
        _network = new VggNetwork(engine, weights, recipe.Network, recipe.Layers());
        _key = key;
        return _network;
    }

    /// <summary>A style picture's statistics in the network at hand, layer by layer: kept, or measured now.</summary>
    internal IReadOnlyList<IReadOnlyList<float[]>> Statistics(
        RgbPicture style, StyleLoss loss, BandSize? bands, Func<IReadOnlyList<IReadOnlyList<float[]>>> measure)
    {
        var key = new StyleKey(
            Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(style.Values.AsSpan()))),
            style.Width,
            // Factors enter later.
            loss with { Weight = 1, Layers = [] },
            string.Join(' ', loss.Layers.Select(layer => layer.Layer)),
            bands);
        int place = _styles.FindIndex(kept => kept.Key == key);
        IReadOnlyList<IReadOnlyList<float[]>> statistics = place < 0 ? measure() : _styles[place].Statistics;
        if (place >= 0)
            _styles.RemoveAt(place);
        else if (_styles.Count == MostStyles)
            _styles.RemoveAt(0);
        _styles.Add((key, statistics));
        return statistics;
    }

    private sealed record StyleKey(string Sha256, int Width, StyleLoss Loss, string Layers, BandSize? Bands);
}
