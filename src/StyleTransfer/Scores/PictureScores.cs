using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>A score, and where it lies between the content as it is and the style itself.</summary>
/// <param name="Value">As its definition gives it.</param>
/// <param name="AtContent">Of the content.</param>
/// <param name="AtStyle">Of the style.</param>
public readonly record struct Score(double Value, double AtContent, double AtStyle)
{
    /// <summary>0 for the untouched content, 1 for the style itself; NaN where they have the same score.</summary>
    public double Scaled => (Value - AtContent) / (AtStyle - AtContent);
}

/// <summary>How near a picture is to its content and to its style, whatever recipe made it.</summary>
/// <remarks>
/// On VGG19 with average pooling, without a gradient: three passes. The style as a result (the upper end of a scale) is
/// stretched to the content's size where a score compares places; several styles are averaged as in a run, and the
/// first stands for them. Sources: Wang et al. 2021, "Evaluate and improve the quality of neural style transfer"
/// (content fidelity, global effects); Dowson and Landau 1982 (the Wasserstein distance of Gaussians).
/// </remarks>
/// <param name="ContentDistance">‖F − Fc‖²/‖Fc‖² at block4_conv2.</param>
/// <param name="ContentSimilarity">The mean over block4_conv1 and block5_conv1 of cos(F, Fc).</param>
/// <param name="StyleEffect">
/// Half the mean over the Gram matrices of block2_conv1 to block5_conv1 of cos(G, Gs), half the mean over red, green
/// and blue of the cosine of histograms with 128 bins.
/// </param>
/// <param name="StyleDistance">
/// The mean over block1_conv1 to block5_conv1 of <see cref="GaussianDistance"/> from the style.
/// </param>
/// <param name="Edges">The mean over both directions of the cosine of Sobel maps with the content's, of luma.</param>
/// <param name="Noise">The total variation Σ |dx| + Σ |dy| over the content's.</param>
public sealed record PictureScores(
    Score ContentDistance, Score ContentSimilarity, Score StyleEffect, Score StyleDistance, Score Edges, Score Noise)
{
    private const string ContentLayer = "block4_conv2";

    private static readonly string[] SimilarLayers = ["block4_conv1", "block5_conv1"];
    private static readonly string[] StyleLayers =
        ["block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"];

    /// <summary>The deepest layer whose weights are read.</summary>
    public static string DeepestLayer => StyleLayers[^1];

    /// <summary>Judges a picture.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">VGG19's weights, up to <see cref="DeepestLayer"/>.</param>
    /// <param name="convolution">How convolutions are computed.</param>
    /// <param name="picture">Of the content's size, levels of 0..255.</param>
    /// <param name="pictures">Its content and styles.</param>
    /// <param name="stretchedStyle">The first style in the content's size.</param>
    /// <exception cref="ArgumentException">A picture is too small, or has another size than the content.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public static PictureScores Of(
        Engine engine, VggWeights weights, ConvolutionForm convolution, RgbPicture picture, ScalePictures pictures,
        RgbPicture stretchedStyle)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(stretchedStyle);
        RgbPicture original = pictures.Content;
        foreach (RgbPicture compared in (RgbPicture[])[picture, stretchedStyle])
        {
            if ((compared.Height, compared.Width) != (original.Height, original.Width))
            {
                throw new ArgumentException(
                    $"The picture is {compared.Width}×{compared.Height}, but the content is "
                    + $"{original.Width}×{original.Height}.");
            }
        }
        using var network = new VggNetwork(
            engine, weights, new NetworkForm(Pooling.Average, Convolution: convolution), [.. StyleLayers, ContentLayer]);
        var request = new FeatureRequest(
            [.. SimilarLayers, ContentLayer],
            [
                .. StyleLayers.Select(layer => new StatisticsRequest(
                    layer, shape => 1.0 / shape.Pixels, WithMoments: true)),
            ]);
        double total = pictures.Styles.Sum(style => style.Weight);
        StyleStatistics style = StyleStatistics.Average(
            [.. pictures.Styles.Select(style => (Measure(style.Picture).Statistics, style.Weight / total))]);
        Measured content = Measure(original);
        Measured result = Measure(picture);
        Measured stretched = Measure(stretchedStyle);
        return new PictureScores(
            Compare((a, b) => Vectors.RelativeDistance(a.Features[ContentLayer], b.Features[ContentLayer])),
            Compare((a, b) => SimilarLayers.Average(layer => Vectors.Cosine(a.Features[layer], b.Features[layer]))),
            new Score(style.Effect(result.Statistics), style.Effect(content.Statistics), AtStyle: 1),
            new Score(style.Distance(result.Statistics), style.Distance(content.Statistics), AtStyle: 0),
            Compare((a, b) => PlaneScores.EdgeSimilarity(a.Picture, b.Picture)),
            Compare((a, b) => PlaneScores.Variation(a.Picture) / PlaneScores.Variation(b.Picture)));

        Measured Measure(RgbPicture measured)
        {
            using FeatureExtractor features = FeatureExtractor.Run(
                engine, network, measured, request, bands: null, CancellationToken.None);
            return new Measured(
                measured,
                SimilarLayers.Append(ContentLayer).ToDictionary(layer => layer, features.Features),
                StyleStatistics.Of(
                    measured, [.. StyleLayers.Select((layer, i) => (layer, features.Statistics(i)))]));
        }

        Score Compare(Func<Measured, Measured, double> score) =>
            new(score(result, content), score(content, content), score(stretched, content));
    }

    private sealed record Measured(
        RgbPicture Picture, IReadOnlyDictionary<string, float[]> Features, StyleStatistics Statistics);
}
