using IlgpuStyle.Kernels.Filter;
using IlgpuStyle.Kernels.Tests.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Filter;

[Collection(TestDevice.Collection)]
public sealed class BinomialFilterTests(TestDevice device)
{
    private readonly BinomialFilter _operation = new(device.Engine);
    private readonly Random _random = new(8);

    public static TheoryData<int, int, int> Shapes => ElementwiseTests.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_weighs_a_pixel_and_its_neighbours(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        double[] expected = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int pixel = i / channels;
            for (int row = Math.Max(0, pixel / width - 1); row <= Math.Min(height - 1, pixel / width + 1); row++)
            {
                for (int column = Math.Max(0, pixel % width - 1); column <= Math.Min(width - 1, pixel % width + 1); column++)
                {
                    int steps = Math.Abs(row - pixel / width) + Math.Abs(column - pixel % width);
                    expected[i] += Math.ScaleB(values[(row * width + column) * channels + i % channels], -2 - steps);
                }
            }
        }
        using Tensor x = device.Upload(shape, values);
        using Tensor scratch = device.Poisoned(shape);

        _operation.Launch(x, scratch);
        Closeness.Close(expected, x.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(x);
        BorderTests.AssertBorderIsZero(scratch);
    }

    [Fact]
    public void A_scratch_of_another_shape_is_refused()
    {
        using Tensor x = device.Engine.AllocateTensor("x", new TensorShape(2, 3, 3));
        using Tensor scratch = device.Engine.AllocateTensor("scratch", new TensorShape(3, 2, 3));
        Assert.StartsWith("BinomialFilter: ", Assert.Throws<ArgumentException>(
            () => _operation.Launch(x, scratch)).Message, StringComparison.Ordinal);
    }
}
