using IlgpuStyle.Kernels.Filter;
using IlgpuStyle.Kernels.Tests.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Filter;

[Collection(TestDevice.Collection)]
public sealed class DestripingFilterTests(TestDevice device)
{
    private readonly DestripingFilter _operation = new(device.Engine);
    private readonly Random _random = new(8);

    public static TheoryData<int, int, int> Shapes => ElementwiseTests.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_takes_what_averages_of_lines_change_across_them(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        double[] expected = Array.ConvertAll(values, value => (double)value);
        for (int c = 0; c < channels; c++)
        {
            double[,] plane = new double[height, width];
            for (int pixel = 0; pixel < height * width; pixel++)
                plane[pixel / width, pixel % width] = expected[pixel * channels + c];
            plane = Transposed(WithoutUprightStripes(Transposed(WithoutUprightStripes(plane))));
            for (int pixel = 0; pixel < height * width; pixel++)
                expected[pixel * channels + c] = plane[pixel / width, pixel % width];
        }
        using Tensor x = device.Upload(shape, values);
        using Tensor scratch = device.Poisoned(shape);

        _operation.Launch(x, scratch);
        Closeness.Close(expected, x.ToArray(), Closeness.SumOf(15));
        BorderTests.AssertBorderIsZero(x);
        BorderTests.AssertBorderIsZero(scratch);
    }

    /// <summary>Waves that mirrored edges leave whole are multiplied by the filter's spectrum.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 17)]
    [InlineData(26, 0)]
    [InlineData(3, 18)]
    [InlineData(20, 20)]
    public void A_wave_fades_by_the_spectrum(int halfWavesDown, int halfWavesAlong)
    {
        const int Height = 31, Width = 23;
        double down = halfWavesDown / (2.0 * Height), along = halfWavesAlong / (2.0 * Width);
        double remaining = (1 - Math.Pow(Math.Sin(Math.PI * along), 2) * Triangle(down))
            * (1 - Math.Pow(Math.Sin(Math.PI * down), 2) * Triangle(along));
        float[] wave = new float[Height * Width];
        for (int i = 0; i < wave.Length; i++)
        {
            wave[i] = (float)(Math.Cos(2 * Math.PI * down * (i / Width + 0.5))
                * Math.Cos(2 * Math.PI * along * (i % Width + 0.5)));
        }
        using Tensor x = device.Upload(new TensorShape(Height, Width, 1), wave);
        using Tensor scratch = device.Poisoned(x.Shape);

        _operation.Launch(x, scratch);
        Closeness.Within(Array.ConvertAll(wave, value => remaining * value), x.ToArray(), Closeness.SumOf(15));
    }

    [Fact]
    public void A_scratch_of_another_shape_is_refused()
    {
        using Tensor x = device.Engine.AllocateTensor("x", new TensorShape(2, 3, 3));
        using Tensor scratch = device.Engine.AllocateTensor("scratch", new TensorShape(3, 2, 3));
        Assert.StartsWith("DestripingFilter: ", Assert.Throws<ArgumentException>(
            () => _operation.Launch(x, scratch)).Message, StringComparison.Ordinal);
    }

    private static double[,] WithoutUprightStripes(double[,] plane)
    {
        int height = plane.GetLength(0), width = plane.GetLength(1);
        double[,] result = new double[height, width];
        for (int h = 0; h < height; h++)
        {
            for (int w = 0; w < width; w++)
            {
                result[h, w] = plane[h, w];
                for (int k = -7; k <= 7; k++)
                {
                    int row = Mirrored(h + k, height);
                    double change = plane[row, Mirrored(w - 1, width)] - 2 * plane[row, w] + plane[row, Mirrored(w + 1, width)];
                    result[h, w] += (8 - Math.Abs(k)) / 256.0 * change;
                }
            }
        }
        return result;
    }

    private static double Triangle(double frequency) =>
        frequency == 0 ? 1 : Math.Pow(Math.Sin(8 * Math.PI * frequency) / (8 * Math.Sin(Math.PI * frequency)), 2);

    private static int Mirrored(int place, int length)
    {
        if (place < 0)
            place = -1 - place;
        return place < length ? place : Math.Max(0, 2 * length - 1 - place);
    }

    private static double[,] Transposed(double[,] plane)
    {
        double[,] result = new double[plane.GetLength(1), plane.GetLength(0)];
        for (int h = 0; h < plane.GetLength(0); h++)
        {
            for (int w = 0; w < plane.GetLength(1); w++)
                result[w, h] = plane[h, w];
        }
        return result;
    }
}
