using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>What two pictures of any sizes are compared by in style: layers' moments and colours' histograms.</summary>
/// <param name="Layers">By layer FᵀF/M, C × C, and the channel means, C values.</param>
/// <param name="Histograms">
/// Of red, green and blue: the shares of the levels from 0 to 255 in bins of equal width.
/// </param>
internal sealed record StyleStatistics(
    IReadOnlyDictionary<string, (float[] SecondMoment, float[] Means)> Layers, IReadOnlyList<double[]> Histograms)
{
    private const int Bins = 128;

    /// <summary>The layer that the effect of a style leaves out: pixels' colours, which the histograms have.</summary>
    private const string ColorLayer = "block1_conv1";

    /// <summary>A picture's.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="layers">Of each layer FᵀF/M and the means.</param>
    public static StyleStatistics Of(
        RgbPicture picture, IReadOnlyList<(string Layer, LayerStatistics Statistics)> layers) => new(
        layers.ToDictionary(layer => layer.Layer, layer => (layer.Statistics.Gram, layer.Statistics.Means!)),
        HistogramsOf(picture));

    /// <summary>Those of several pictures, with shares that are 1 together.</summary>
    public static StyleStatistics Average(IReadOnlyList<(StyleStatistics Statistics, double Share)> all) => new(
        all[0].Statistics.Layers.Keys.ToDictionary(layer => layer, layer => (
            Mean(all, statistics => statistics.Layers[layer].SecondMoment),
            Mean(all, statistics => statistics.Layers[layer].Means))),
        [.. Enumerable.Range(0, 3).Select(channel => Mean(all, statistics => statistics.Histograms[channel]))]);

    /// <summary>How much of this style's effect a picture has: 1 for the style itself.</summary>
    public double Effect(StyleStatistics picture) =>
        (Layers.Keys.Where(layer => layer != ColorLayer).Average(
            layer => Vectors.Cosine(picture.Layers[layer].SecondMoment, Layers[layer].SecondMoment))
        + Enumerable.Range(0, 3).Average(
            channel => Vectors.Cosine(picture.Histograms[channel], Histograms[channel]))) / 2;

    /// <summary>How far a picture is from this style: 0 for the style itself.</summary>
    public double Distance(StyleStatistics picture) => Layers.Average(layer => GaussianDistance.Relative(
        picture.Layers[layer.Key].SecondMoment, picture.Layers[layer.Key].Means, layer.Value.SecondMoment,
        layer.Value.Means));

    private static double[][] HistogramsOf(RgbPicture picture)
    {
        double[][] histograms = [new double[Bins], new double[Bins], new double[Bins]];
        for (int i = 0; i < picture.Values.Length; i++)
        {
            int bin = (int)(Math.Clamp(picture.Values[i], 0, 255) * Bins / 255);
            histograms[i % 3][Math.Min(bin, Bins - 1)] += 3.0 / picture.Values.Length;
        }
        return histograms;
    }

    private static T[] Mean<T>(
        IReadOnlyList<(StyleStatistics Statistics, double Share)> all, Func<StyleStatistics, T[]> read)
        where T : struct, System.Numerics.IFloatingPoint<T>
    {
        T[] mean = new T[read(all[0].Statistics).Length];
        foreach ((StyleStatistics statistics, double share) in all)
        {
            T[] values = read(statistics);
            for (int i = 0; i < mean.Length; i++)
                mean[i] += T.CreateChecked(share) * values[i];
        }
        return mean;
    }
}
