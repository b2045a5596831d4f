using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>VGG19 with its own channel counts, so that every fast form is used, and pictures for it.</summary>
internal static class WideVgg
{
    /// <summary>Small weights without meaning.</summary>
    public static VggWeights Weights { get; } = new([.. Vgg19.Convolutions.Select(layer =>
    {
        var random = new Random(layer.OutputChannels);
        float[] kernel = new float[9 * layer.InputChannels * layer.OutputChannels];
        float scale = MathF.Sqrt(6f / (9 * layer.InputChannels));
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] = scale * (2 * random.NextSingle() - 1);
        return new LayerWeights(layer, kernel, new float[layer.OutputChannels]);
    })]);

    /// <summary>A content picture of 36 × 44 and a smaller style.</summary>
    public static ScalePictures Pictures { get; } = new(Picture(36, 44), [new StylePicture(Picture(33, 32))]);

    private static RgbPicture Picture(int height, int width)
    {
        var random = new Random(height);
        return new RgbPicture(
            height, width, [.. Enumerable.Range(0, 3 * height * width).Select(_ => 255 * random.NextSingle())]);
    }
}
