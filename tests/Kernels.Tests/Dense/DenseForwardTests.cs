using IlgpuStyle.Kernels.Dense;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Dense;

[Collection(TestDevice.Collection)]
public sealed class DenseForwardTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(1, 4, 1, false)]
    [InlineData(3, 12, 2, true)]
    [InlineData(17, 124, 5, false)]
    [InlineData(257, 132, 100, true)]
    [LargeInlineData(1_203_000, 1203, 1000, 301, true)]
    public void Blocks_of_rows_add_up_to_the_layer(int inputs, int outputs, int rowsPerBlock, bool rectify)
    {
        var random = new Random(inputs);
        float[] x = random.Uniform(inputs);
        float[] kernel = random.Uniform(inputs * outputs);
        float[] bias = random.Uniform(outputs);
        double[] expected = new double[outputs];
        double[] magnitude = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            double sum = bias[o];
            magnitude[o] = Math.Abs(sum);
            for (int i = 0; i < inputs; i++)
            {
                double term = (double)x[i] * kernel[i * outputs + o];
                sum += term;
                magnitude[o] += Math.Abs(term);
            }
            expected[o] = rectify ? Math.Max(0, sum) : sum;
        }

        float[] first = Run(x, kernel, bias, rowsPerBlock, rectify);
        float[] second = Run(x, kernel, bias, rowsPerBlock, rectify);

        for (int o = 0; o < outputs; o++)
        {
            double bound = Closeness.SumOf(inputs) * magnitude[o];
            Assert.True(Math.Abs(first[o] - expected[o]) <= bound,
                $"output {o}: expected {expected[o]:g9}, actual {first[o]:g9}, ±{bound:g3} is allowed.");
        }
        Assert.True(first.AsSpan().SequenceEqual(second), "the same layer gave other bits");
        Assert.Equal(rectify && outputs > 4, first.Contains(0f)); // ReLU must have something to cut.
    }

    [Fact]
    public void Not_a_number_passes_ReLU()
    {
        float[] y = Run([1, float.NaN], new float[8], [0, -1, 2, 3], 2, rectify: true);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var dense = new DenseForward(_engine);
        using DeviceArray x = _engine.AllocateArray("x", 5);
        using DeviceArray block = _engine.AllocateArray("block", 24);
        using DeviceArray y = _engine.AllocateArray("y", 8);
        using DeviceArray odd = _engine.AllocateArray("odd", 6);
        Assert.Equal(
            "DenseForward: 3 rows of 8 from input 3 do not fit 'x' of 5 and 'block' of 24 elements.",
            Assert.Throws<ArgumentException>(() => dense.Launch(x, 3, block, 3, y, rectify: false)).Message);
        Assert.Equal(
            "DenseForward: 4 rows of 8 from input 0 do not fit 'x' of 5 and 'block' of 24 elements.",
            Assert.Throws<ArgumentException>(() => dense.Launch(x, 0, block, 4, y, rectify: false)).Message);
        Assert.Equal(
            "DenseForward: 'odd' has 6 outputs, but a multiple of 4 is needed.",
            Assert.Throws<ArgumentException>(() => dense.Launch(x, 0, block, 1, odd, rectify: false)).Message);
    }

    /// <summary>Streams the kernel through one block whose unused rows hold NaN.</summary>
    private float[] Run(float[] x, float[] kernel, float[] bias, int rowsPerBlock, bool rectify)
    {
        int outputs = bias.Length;
        using DeviceArray inputs = device.Upload(x);
        using DeviceArray y = device.Upload(bias);
        using DeviceArray block = device.Poisoned(rowsPerBlock * outputs);
        var dense = new DenseForward(_engine);
        for (int row = 0; row < x.Length; row += rowsPerBlock)
        {
            int rows = Math.Min(rowsPerBlock, x.Length - row);
            float[] values = new float[rowsPerBlock * outputs];
            Array.Fill(values, float.NaN);
            kernel.AsSpan(row * outputs, rows * outputs).CopyTo(values);
            block.CopyFrom(values);
            dense.Launch(inputs, row, block, rows, y, rectify && row + rows == x.Length);
        }
        return y.ToArray();
    }
}
