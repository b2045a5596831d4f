namespace IlgpuStyle.FastStyle;

/// <summary>
/// A feed-forward network that repaints a picture in one style (Johnson, Alahi and Fei-Fei, arXiv 1603.08155), as data
/// on the host. Input and output are pictures, RGB from 0 to 255; the last layer's output is the network's.
/// </summary>
public sealed class StyleNetwork
{
    /// <summary>Channels of input and output.</summary>
    public const int PictureChannels = 3;

    /// <summary>A network of layers in an order in which each only reads earlier ones.</summary>
    /// <param name="layers">At least one.</param>
    /// <param name="metadata">What its file says about it: style, recipe, program.</param>
    /// <exception cref="ArgumentException">A layer does not fit what it reads; the message names it.</exception>
    public StyleNetwork(IReadOnlyList<Layer> layers, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(metadata);
        LayerChannels.Require(layers);
        Layers = layers;
        Metadata = metadata;
    }

    /// <summary>The layers; each reads only earlier ones.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>What its file says about it: style, recipe, program.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Numbers that training changes.</summary>
    public int Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>
    /// A network to be trained: 9×9, two 3×3 of stride 2 to a quarter of the size, residual blocks, twice nearest ×2
    /// and 3×3, 9×9; reflection padding, instance normalisation and ReLU after each convolution but the last, whose
    /// output is 150·tanh + 127.5.
    /// </summary>
    /// <param name="channels">
    /// At full, half and quarter size, multiples of 8; a CPU computes multiples of 16 fast.
    /// </param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="seed">Of the weights: uniform within ±1/√(k·k·C), the same bits on every machine.</param>
    /// <exception cref="ArgumentException">Those are no three such numbers, or blocks are below 0.</exception>
    public static StyleNetwork Create(IReadOnlyList<int> channels, int blocks, int seed) =>
        new(new NetworkBuilder(seed).Build(channels, blocks), new Dictionary<string, string>());
}
