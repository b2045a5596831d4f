using System.Text.RegularExpressions;

namespace IlgpuStyle.Vgg;

/// <summary>What a layer of <see cref="Vgg19"/> does.</summary>
public enum VggLayerKind
{
    /// <summary>3×3 convolution with zero padding ("same"), bias and ReLU.</summary>
    Convolution,

    /// <summary>2×2 pooling with stride 2; an odd last row or column is dropped.</summary>
    Pool,
}

/// <summary>One layer of <see cref="Vgg19"/>.</summary>
/// <param name="Name">Keras's name, for example block4_conv2.</param>
/// <param name="Kind">Convolution or pooling.</param>
/// <param name="InputChannels">Channels that the layer reads.</param>
/// <param name="OutputChannels">Channels that the layer writes.</param>
public sealed record VggLayer(string Name, VggLayerKind Kind, int InputChannels, int OutputChannels);

/// <summary>One layer of VGG19's dense top.</summary>
/// <param name="Name">Keras's name.</param>
/// <param name="Inputs">Numbers that it reads; fc1 reads block5_pool's 7×7×512 in the order H, W, C.</param>
/// <param name="Outputs">Numbers that it writes; those of predictions are ImageNet's classes.</param>
public sealed record VggDenseLayer(string Name, int Inputs, int Outputs);

/// <summary>
/// The convolutional part of VGG19 as data: 16 convolutions and 5 poolings under Keras's layer names.
/// Input: H×W×3 in BGR order minus the ImageNet means; a convolution's output is taken after its ReLU.
/// </summary>
/// <remarks>Source: Simonyan and Zisserman 2014, arXiv:1409.1556, configuration E.</remarks>
public static partial class Vgg19
{
    private static readonly (int Convolutions, int Channels)[] Blocks =
        [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)];

    /// <summary>All layers in the order in which they are computed.</summary>
    public static IReadOnlyList<VggLayer> Layers { get; } = [.. List()];

    /// <summary>The 16 convolutions in order.</summary>
    public static IReadOnlyList<VggLayer> Convolutions { get; } =
        [.. Layers.Where(layer => layer.Kind == VggLayerKind.Convolution)];

    /// <summary>The dense top in order, for pictures of 224×224.</summary>
    public static IReadOnlyList<VggDenseLayer> DenseLayers { get; } =
    [
        new("fc1", 7 * 7 * 512, 4096),
        new("fc2", 4096, 4096),
        new("predictions", 4096, 1000),
    ];

    /// <summary>The place of a layer in <see cref="Layers"/>.</summary>
    /// <exception cref="ArgumentException">VGG19 has no layer of that name.</exception>
    public static int IndexOf(string name)
    {
        for (int index = 0; index < Layers.Count; index++)
        {
            if (Layers[index].Name == name)
                return index;
        }
        throw new ArgumentException($"{Refusal(name)}.", nameof(name));
    }

    /// <summary>Of two layers the one that is computed later.</summary>
    /// <exception cref="ArgumentException">VGG19 has no layer of a name.</exception>
    public static string Deeper(string one, string other) => IndexOf(one) >= IndexOf(other) ? one : other;

    /// <summary>
    /// Keras's name of a layer that neural-style and its heirs call conv4_2, relu4_2 or pool4; other names as they are.
    /// </summary>
    public static string KerasName(string name)
    {
        Match torch = TorchName().Match(name);
        return torch.Success
            ? $"block{torch.Groups["block"].Value}_conv{torch.Groups["number"].Value}"
            : TorchPool().Replace(name, "block${block}_pool");
    }

    /// <summary>What is wrong with a layer's name, and which there are; null if VGG19 has it.</summary>
    public static string? Refusal(string name) => Layers.Any(layer => layer.Name == name)
        ? null
        : $"VGG19 has no layer '{name}'; its layers are {string.Join(", ", Layers.Select(layer => layer.Name))}";

    /// <summary>The least height and width in pixels that leave a layer one pixel: 2 for each pool up to it.</summary>
    /// <exception cref="ArgumentException">VGG19 has no layer of that name.</exception>
    public static int SmallestSide(string name) =>
        1 << Layers.Take(IndexOf(name) + 1).Count(layer => layer.Kind == VggLayerKind.Pool);

    /// <summary>
    /// Whether 32-bit indices reach every feature that the first block, the largest, has of a picture: about
    /// 33 million pixels. The borders, a repeated rim and what is read behind the end take less than 8 rows and
    /// columns.
    /// </summary>
    public static bool CanIndex(int height, int width) =>
        (height + 8L) * (width + 8L) * Convolutions[0].OutputChannels <= int.MaxValue;

    [GeneratedRegex(@"^(conv|relu)(?<block>[1-5])_(?<number>[1-4])$")]
    private static partial Regex TorchName();

    [GeneratedRegex("^pool(?<block>[1-5])$")]
    private static partial Regex TorchPool();

    private static IEnumerable<VggLayer> List()
    {
        int channels = 3;
        for (int block = 1; block <= Blocks.Length; block++)
        {
            (int convolutions, int outputChannels) = Blocks[block - 1];
            for (int convolution = 1; convolution <= convolutions; convolution++)
            {
                yield return new VggLayer(
                    $"block{block}_conv{convolution}", VggLayerKind.Convolution, channels, outputChannels);
                channels = outputChannels;
            }
            yield return new VggLayer($"block{block}_pool", VggLayerKind.Pool, channels, channels);
        }
    }
}
