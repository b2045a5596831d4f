using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Images;

/// <summary>Resizes pictures with Pillow's conventions.</summary>
/// <remarks>
/// New pixel i of N covers the old line of length L from i·L/N to (i+1)·L/N; its centre is (i+½)·L/N. Filters are
/// separable: rows first, then columns, in double precision, stored as floats between the passes and clipped to 0..255
/// at the end (Pillow rounds 8-bit pictures to bytes after each pass; floats keep what the network can use). Nearest
/// copies samples. Outside the picture a filter's weights are left out and the others renormalised. Where a picture
/// has transparency, each colour weighs as much as it is visible (premultiplied by alpha), so that hidden ones do not
/// bleed into edges; colours that stay hidden are resized among themselves. Source: Pillow, src/libImaging/Resample.c
/// and Geometry.c; without antialiasing: TensorFlow, resize_bilinear with half-pixel centres.
/// </remarks>
internal static class Resampling
{
    /// <summary>What is less is saved as 0.</summary>
    private const float LeastOpacity = 0.5f;

    /// <summary>The picture in another size; the same picture if it has that size already.</summary>
    public static Picture Resize(Picture picture, PictureSize size, ResamplingFilter filter)
    {
        if (picture.Size == size)
            return picture;
        Taps[] columns = FindTaps(picture.Size.Width, size.Width, filter);
        Taps[] rows = FindTaps(picture.Size.Height, size.Height, filter);
        float[] rgb = ResizePlanes(picture.Rgb, picture.Size, 3, rows, columns);
        if (picture.Alpha is null)
            return new Picture(size, rgb);
        float[] alpha = ResizePlanes(picture.Alpha, picture.Size, 1, rows, columns);
        if (filter == ResamplingFilter.Nearest)
            return new Picture(size, rgb, alpha); // Each pixel is one of the old.
        float[] visible = new float[picture.Rgb.Length];
        for (long i = 0; i < visible.LongLength; i++)
            visible[i] = picture.Rgb[i] * picture.Alpha[i / 3] / 255;
        visible = ResizePlanes(visible, picture.Size, 3, rows, columns);
        for (long i = 0; i < rgb.LongLength; i++)
        {
            float opacity = alpha[i / 3];
            if (opacity >= LeastOpacity)
                rgb[i] = Math.Min(255, visible[i] * 255 / opacity);
        }
        return new Picture(size, rgb, alpha);
    }

    /// <summary>One plane of a picture, Height × Width, 0 to 255, in another size.</summary>
    public static float[] ResizePlane(float[] plane, PictureSize size, PictureSize newSize, ResamplingFilter filter) =>
        size == newSize
            ? plane
            : ResizePlanes(
                plane, size, 1, FindTaps(size.Height, newSize.Height, filter),
                FindTaps(size.Width, newSize.Width, filter));

    private static float[] ResizePlanes(float[] source, PictureSize size, int channels, Taps[] rows, Taps[] columns)
    {
        int width = columns.Length;
        float[] narrowed = new float[(long)size.Height * width * channels];
        Parallel.For(0, size.Height, y =>
        {
            for (int x = 0; x < width; x++)
            {
                Taps taps = columns[x];
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int k = 0; k < taps.Weights.Length; k++)
                        sum += taps.Weights[k] * source[((((long)y * size.Width) + taps.First + k) * channels) + c];
                    narrowed[((((long)y * width) + x) * channels) + c] = (float)sum;
                }
            }
        });
        long rowLength = (long)width * channels;
        float[] result = new float[rows.Length * rowLength];
        Parallel.For(0, rows.Length, y =>
        {
            Taps taps = rows[y];
            for (long i = 0; i < rowLength; i++)
            {
                double sum = 0;
                for (int k = 0; k < taps.Weights.Length; k++)
                    sum += taps.Weights[k] * narrowed[((taps.First + k) * rowLength) + i];
                result[(y * rowLength) + i] = (float)Math.Clamp(sum, 0, 255);
            }
        });
        return result;
    }

    private static Taps[] FindTaps(int length, int newLength, ResamplingFilter filter) => filter switch
    {
        ResamplingFilter.Nearest => NearestTaps(length, newLength),
        ResamplingFilter.BilinearWithoutAntialiasing => FilterTaps(length, newLength, 1, 1, Triangle),
        ResamplingFilter.Bilinear =>
            FilterTaps(length, newLength, Math.Max(1, (double)length / newLength), 1, Triangle),
        ResamplingFilter.Bicubic => FilterTaps(length, newLength, Math.Max(1, (double)length / newLength), 2, Cubic),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter."),
    };

    /// <summary>
    /// Centres are summed up step by step as Pillow does, so that ties between two pixels fall the same way.
    /// </summary>
    private static Taps[] NearestTaps(int length, int newLength)
    {
        double step = (double)length / newLength;
        double centre = step * 0.5;
        Taps[] taps = new Taps[newLength];
        for (int i = 0; i < newLength; i++)
        {
            taps[i] = new Taps(Math.Min((int)centre, length - 1), [1.0]);
            centre += step;
        }
        return taps;
    }

    /// <param name="length">Old length.</param>
    /// <param name="newLength">New length.</param>
    /// <param name="stretch">How much wider than its unit form the filter is, in old pixels.</param>
    /// <param name="support">Where the unit form ends, in pixels from its centre.</param>
    /// <param name="kernel">The unit form.</param>
    private static Taps[] FilterTaps(
        int length, int newLength, double stretch, double support, Func<double, double> kernel)
    {
        double scale = (double)length / newLength;
        double reach = support * stretch;
        Taps[] taps = new Taps[newLength];
        for (int i = 0; i < newLength; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - reach + 0.5));
            int end = Math.Min(length, (int)(centre + reach + 0.5));
            double[] weights = new double[end - first];
            double sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                weights[k] = kernel((first + k + 0.5 - centre) / stretch);
                sum += weights[k];
            }
            for (int k = 0; k < weights.Length; k++)
                weights[k] /= sum;
            taps[i] = new Taps(first, weights);
        }
        return taps;
    }

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => (((((A + 2) * x) - (A + 3)) * x) * x) + 1,
            < 2 => ((((x - 5) * x) + 8) * x * A) - (4 * A),
            _ => 0,
        };
    }

    /// <summary>The old pixels that a new one is a weighted sum of.</summary>
    private readonly record struct Taps(int First, double[] Weights);
}
