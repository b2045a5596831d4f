using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Synthetic;

namespace IlgpuStyle.Vgg.Tests.Weights.Synthetic;

/// <summary>Features in double, [channel][y, x], by nested loops: the reference for calibrated weights.</summary>
internal sealed class DoubleNetwork(double[][,] planes)
{
    internal IEnumerable<double> Values => planes.SelectMany(plane => plane.Cast<double>());

    internal IEnumerable<double> Channel(int channel) => planes[channel].Cast<double>();

    internal static DoubleNetwork FromPicture(CalibrationPicture picture)
    {
        double[] meanRgb = [123.68, 116.779, 103.939];
        double[][,] planes = new double[3][,];
        for (int channel = 0; channel < 3; channel++)
        {
            planes[channel] = new double[picture.Height, picture.Width];
            for (int y = 0; y < picture.Height; y++)
            {
                for (int x = 0; x < picture.Width; x++)
                {
                    int rgb = 2 - channel; // channel 0 is blue
                    planes[channel][y, x] = picture.Rgb[(((y * picture.Width) + x) * 3) + rgb] - meanRgb[rgb];
                }
            }
        }
        return new DoubleNetwork(planes);
    }

    internal DoubleNetwork Convolve(LayerWeights weights)
    {
        int height = planes[0].GetLength(0);
        int width = planes[0].GetLength(1);
        (int inputs, int outputs) = (weights.Layer.InputChannels, weights.Layer.OutputChannels);
        double[][,] result = new double[outputs][,];
        for (int output = 0; output < outputs; output++)
        {
            double[,] plane = new double[height, width];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    plane[y, x] = weights.Bias[output];
            }
            for (int tap = 0; tap < 9; tap++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    float factor = weights.Kernel[(((tap * inputs) + input) * outputs) + output];
                    if (factor != 0) // Most are 0: sparse kernels keep this loop short.
                    {
                        AddShifted(plane, planes[input], factor, (tap / 3) - 1, (tap % 3) - 1);
                    }
                }
            }
            result[output] = plane;
        }
        return new DoubleNetwork(result);
    }

    internal DoubleNetwork Relu() => new([.. planes.Select(plane => Map(plane.GetLength(0), plane.GetLength(1),
        (y, x) => Math.Max(plane[y, x], 0)))]);

    internal DoubleNetwork AveragePool() => Pool((a, b, c, d) => (a + b + c + d) / 4);

    internal DoubleNetwork MaxPool() => Pool((a, b, c, d) => Math.Max(Math.Max(a, b), Math.Max(c, d)));

    /// <summary>The values in the order height, width, channel.</summary>
    internal double[] Flatten() =>
    [
        .. from y in Enumerable.Range(0, planes[0].GetLength(0))
           from x in Enumerable.Range(0, planes[0].GetLength(1))
           from plane in planes
           select plane[y, x],
    ];

    private DoubleNetwork Pool(Func<double, double, double, double, double> reduce) => new([.. planes.Select(plane =>
        Map(plane.GetLength(0) / 2, plane.GetLength(1) / 2, (y, x) => reduce(
            plane[2 * y, 2 * x], plane[2 * y, (2 * x) + 1],
            plane[(2 * y) + 1, 2 * x], plane[(2 * y) + 1, (2 * x) + 1])))]);

    private static double[,] Map(int height, int width, Func<int, int, double> value)
    {
        double[,] plane = new double[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                plane[y, x] = value(y, x);
        }
        return plane;
    }

    private static void AddShifted(double[,] sum, double[,] plane, double factor, int down, int right)
    {
        int height = sum.GetLength(0);
        int width = sum.GetLength(1);
        for (int y = Math.Max(0, -down); y < Math.Min(height, height - down); y++)
        {
            for (int x = Math.Max(0, -right); x < Math.Min(width, width - right); x++)
                sum[y, x] += factor * plane[y + down, x + right];
        }
    }
}
