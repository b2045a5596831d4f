namespace IlgpuStyle.Vgg.Weights.Synthetic;

/// <summary>
/// One output channel of a synthetic convolution: it reads 8 random input channels (all 3 in the first layer),
/// each through a Gaussian mix of five smooth 3×3 profiles, x and y in −1, 0, 1:
/// (a + b·x + c·y + d·½(x² − y²) + e·x·y) · w over the window w = [.35 .6 .35; .6 1 .6; .35 .6 .35].
/// </summary>
/// <param name="InputChannels">The channels that are read.</param>
/// <param name="Taps">Nine numbers, row by row, for each of them.</param>
internal sealed record SparseKernel(int[] InputChannels, float[] Taps)
{
    private const int ChannelsRead = 8;

    /// <summary>Standard deviations of a to e.</summary>
    private static readonly double[] Deviations = [1, 0.5, 0.5, 0.25, 0.25];

    private static readonly double[] FirstLayerDeviations = [1, 0.8, 0.8, 0.5, 0.5];

    /// <summary>Draws a kernel for one output channel of the layer.</summary>
    internal static SparseKernel Draw(GaussianGenerator generator, VggLayer layer)
    {
        bool isFirst = layer.InputChannels <= ChannelsRead;
        int[] inputChannels = isFirst
            ? [.. Enumerable.Range(0, layer.InputChannels)]
            : DrawDistinct(generator, layer.InputChannels);
        float[] taps = new float[inputChannels.Length * 9];
        for (int input = 0; input < inputChannels.Length; input++)
            DrawMix(generator, isFirst ? FirstLayerDeviations : Deviations, taps.AsSpan(input * 9, 9));
        return new SparseKernel(inputChannels, taps);
    }

    private static int[] DrawDistinct(GaussianGenerator generator, int bound)
    {
        var drawn = new List<int>(ChannelsRead);
        while (drawn.Count < ChannelsRead)
        {
            int candidate = generator.NextInteger(bound);
            if (!drawn.Contains(candidate))
                drawn.Add(candidate);
        }
        return [.. drawn];
    }

    private static void DrawMix(GaussianGenerator generator, double[] deviations, Span<float> taps)
    {
        Span<double> mix = stackalloc double[deviations.Length];
        for (int profile = 0; profile < mix.Length; profile++)
            mix[profile] = deviations[profile] * generator.NextGaussian();
        for (int tap = 0; tap < 9; tap++)
        {
            int x = (tap % 3) - 1;
            int y = (tap / 3) - 1;
            double window = (Math.Abs(x) + Math.Abs(y)) switch { 0 => 1, 1 => 0.6, _ => 0.35 };
            double sum = mix[0] + (mix[1] * x) + (mix[2] * y)
                + (mix[3] * 0.5 * ((x * x) - (y * y))) + (mix[4] * x * y);
            taps[tap] = (float)(sum * window);
        }
    }
}
