namespace IlgpuStyle.App.Images;

/// <summary>
/// Gives a picture the colours of another: three ways, from keeping all shapes to keeping all shades.
/// </summary>
/// <remarks>
/// Source: Gatys, Bethge, Hertzmann, Shechtman, "Preserving Color in Neural Artistic Style Transfer" (2016),
/// arXiv:1606.05897. Samples stay floats, clipped to 0..255; the alpha plane of the picture is kept.
/// </remarks>
internal static class ColorMatching
{
    private const double RedLuminance = 0.299; // ITU-R BT.601
    private const double GreenLuminance = 0.587;
    private const double BlueLuminance = 0.114;

    /// <summary>A result with the colours of the content that are kept.</summary>
    /// <param name="result">What a run has made of the content.</param>
    /// <param name="content">Of the same size.</param>
    /// <param name="kept">How; null for not.</param>
    public static Picture KeepColors(Picture result, Picture content, KeptColors? kept) => kept switch
    {
        KeptColors.Luminance or KeptColors.LuminanceBefore => SwapLuminance(result, content),
        KeptColors.LinearAfter => MatchMeanAndCovariance(result, content),
        KeptColors.HistogramAfter => MatchHistogram(result, content),
        KeptColors.Style => SwapLuminance(content, result),
        _ => result,
    };

    /// <summary>
    /// The luminance of <paramref name="picture"/> with the chrominance (U, V of YUV) of <paramref name="reference"/>.
    /// </summary>
    /// <remarks>
    /// U and V are multiples of B − Y and R − Y, so the reference is shifted by the difference in Y alone.
    /// </remarks>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static Picture SwapLuminance(Picture picture, Picture reference)
    {
        if (picture.Size != reference.Size)
        {
            throw new ArgumentException(
                $"Luminance is swapped between pictures of one size, not {picture.Size} and {reference.Size}.",
                nameof(reference));
        }
        float[] rgb = new float[picture.Rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            double shift = Luminance(picture.Rgb, i) - Luminance(reference.Rgb, i);
            for (int c = 0; c < 3; c++)
                rgb[i + c] = Clip(reference.Rgb[i + c] + shift);
        }
        return new Picture(picture.Size, rgb, picture.Alpha);
    }

    /// <summary>The luminance of a picture, as a grey picture.</summary>
    public static Picture Grey(Picture picture)
    {
        float[] rgb = new float[picture.Rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
            rgb[i] = rgb[i + 1] = rgb[i + 2] = (float)Luminance(picture.Rgb, i);
        return new Picture(picture.Size, rgb, picture.Alpha);
    }

    /// <summary>
    /// A linear map of the colours of <paramref name="picture"/> that gives it the mean and covariance of
    /// <paramref name="reference"/>: x ← Σr^½ · Σ^−½ · (x − μ) + μr, with symmetric roots.
    /// </summary>
    /// <remarks>
    /// Where the picture hardly varies (a grey one, across its grey axis) the variance counts as one squared level, so
    /// that rounding noise is not blown up into colours.
    /// </remarks>
    public static Picture MatchMeanAndCovariance(Picture picture, Picture reference)
    {
        (double[] mean, double[,] covariance) = Moments(picture.Rgb);
        (double[] targetMean, double[,] targetCovariance) = Moments(reference.Rgb);
        double[,] whiten = SymmetricMatrix.Map(covariance, variance => 1 / Math.Sqrt(Math.Max(variance, 1)));
        double[,] color = SymmetricMatrix.Map(targetCovariance, variance => Math.Sqrt(Math.Max(variance, 0)));
        double[,] map = SymmetricMatrix.Multiply(color, whiten);

        float[] rgb = new float[picture.Rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            for (int c = 0; c < 3; c++)
            {
                double sum = targetMean[c];
                for (int k = 0; k < 3; k++)
                    sum += map[c, k] * (picture.Rgb[i + k] - mean[k]);
                rgb[i + c] = Clip(sum);
            }
        }
        return new Picture(picture.Size, rgb, picture.Alpha);
    }

    /// <summary>
    /// Replaces each channel's values so that they are distributed as in <paramref name="reference"/>: a value goes
    /// to the reference's value at the same quantile, interpolated linearly.
    /// </summary>
    /// <remarks>A value's quantile is the share of samples not above it. Source: Gonzalez and Woods, "Digital Image
    /// Processing", 3.3.2; with interpolation as scikit-image's match_histograms.</remarks>
    public static Picture MatchHistogram(Picture picture, Picture reference)
    {
        float[] rgb = new float[picture.Rgb.Length];
        for (int c = 0; c < 3; c++)
        {
            float[] values = Channel(picture.Rgb, c);
            float[] sorted = Channel(reference.Rgb, c);
            Array.Sort(sorted);
            (float[] levels, double[] quantiles) = Distribution(sorted);

            int[] order = [.. Enumerable.Range(0, values.Length)];
            Array.Sort([.. values], order);
            for (int first = 0; first < order.Length;)
            {
                int end = first + 1;
                while (end < order.Length && values[order[end]] == values[order[first]])
                    end++;
                float level = Interpolate((double)end / order.Length, quantiles, levels);
                for (; first < end; first++)
                    rgb[(order[first] * 3) + c] = level;
            }
        }
        return new Picture(picture.Size, rgb, picture.Alpha);
    }

    private static double Luminance(float[] rgb, int i) =>
        (RedLuminance * rgb[i]) + (GreenLuminance * rgb[i + 1]) + (BlueLuminance * rgb[i + 2]);

    private static float Clip(double sample) => (float)Math.Clamp(sample, 0, 255);

    private static float[] Channel(float[] rgb, int channel)
    {
        float[] values = new float[rgb.Length / 3];
        for (int i = 0; i < values.Length; i++)
            values[i] = rgb[(i * 3) + channel];
        return values;
    }

    private static (double[] Mean, double[,] Covariance) Moments(float[] rgb)
    {
        int pixels = rgb.Length / 3;
        double[] mean = new double[3];
        for (int i = 0; i < rgb.Length; i++)
            mean[i % 3] += (double)rgb[i] / pixels;
        double[,] covariance = new double[3, 3];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            for (int j = 0; j < 3; j++)
            {
                for (int k = 0; k < 3; k++)
                    covariance[j, k] += (rgb[i + j] - mean[j]) * (rgb[i + k] - mean[k]) / pixels;
            }
        }
        return (mean, covariance);
    }

    /// <summary>The distinct values of a sorted array, and for each the share of values not above it.</summary>
    private static (float[] Levels, double[] Quantiles) Distribution(float[] sorted)
    {
        List<float> levels = [];
        List<double> quantiles = [];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i + 1 == sorted.Length || sorted[i + 1] != sorted[i])
            {
                levels.Add(sorted[i]);
                quantiles.Add((i + 1.0) / sorted.Length);
            }
        }
        return ([.. levels], [.. quantiles]);
    }

    private static float Interpolate(double quantile, double[] quantiles, float[] levels)
    {
        int above = Array.BinarySearch(quantiles, quantile);
        if (above >= 0)
            return levels[above];
        above = ~above;
        if (above == 0)
            return levels[0];
        double share = (quantile - quantiles[above - 1]) / (quantiles[above] - quantiles[above - 1]);
        return (float)(levels[above - 1] + (share * (levels[above] - levels[above - 1])));
    }
}
