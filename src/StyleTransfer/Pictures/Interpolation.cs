namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>Carries a variable and its moments to the next scale: H × W × 3 values resized on the host.</summary>
/// <remarks>
/// Half-pixel centres, edges replicated, no antialiasing: scales grow. Bicubic is Keys' kernel with a = −¾. These are
/// the conventions of PyTorch's interpolate, which the multiscale recipe is defined by; pictures from files are
/// resized elsewhere, by the recipe's own filter.
/// </remarks>
internal static class Interpolation
{
    private const double A = -0.75;

    private delegate void Weigh(double fraction, Span<double> weights);

    /// <summary>By Keys' cubic kernel; may overshoot.</summary>
    public static float[] Bicubic(float[] values, int height, int width, int newHeight, int newWidth) =>
        Resize(values, height, width, newHeight, newWidth, taps: 4, Cubic);

    /// <summary>Linear between the four neighbours.</summary>
    public static float[] Bilinear(float[] values, int height, int width, int newHeight, int newWidth) =>
        Resize(values, height, width, newHeight, newWidth, taps: 2, Linear);

    private static float[] Resize(
        float[] values, int height, int width, int newHeight, int newWidth, int taps, Weigh weigh)
    {
        float[] wide = ResizeRows(values, height, width, newWidth, taps, weigh);
        float[] turned = ResizeRows(Transpose(wide, height, newWidth), newWidth, height, newHeight, taps, weigh);
        return Transpose(turned, newWidth, newHeight);
    }

    private static float[] ResizeRows(float[] values, int height, int width, int newWidth, int taps, Weigh weigh)
    {
        float[] result = new float[height * newWidth * 3];
        Span<double> weights = stackalloc double[taps];
        for (int x = 0; x < newWidth; x++)
        {
            double position = (x + 0.5) * width / newWidth - 0.5;
            int left = (int)Math.Floor(position);
            weigh(position - left, weights);
            int first = left - taps / 2 + 1;
            for (int y = 0; y < height; y++)
            {
                for (int c = 0; c < 3; c++)
                {
                    double sum = 0;
                    for (int tap = 0; tap < taps; tap++)
                        sum += weights[tap] * values[(y * width + Math.Clamp(first + tap, 0, width - 1)) * 3 + c];
                    result[(y * newWidth + x) * 3 + c] = (float)sum;
                }
            }
        }
        return result;
    }

    private static float[] Transpose(float[] values, int height, int width)
    {
        float[] result = new float[values.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                values.AsSpan((y * width + x) * 3, 3).CopyTo(result.AsSpan((x * height + y) * 3));
        }
        return result;
    }

    private static void Linear(double fraction, Span<double> weights)
    {
        weights[0] = 1 - fraction;
        weights[1] = fraction;
    }

    private static void Cubic(double fraction, Span<double> weights)
    {
        weights[0] = Far(1 + fraction);
        weights[1] = Near(fraction);
        weights[2] = Near(1 - fraction);
        weights[3] = Far(2 - fraction);

        static double Near(double x) => ((A + 2) * x - (A + 3)) * x * x + 1;

        static double Far(double x) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
