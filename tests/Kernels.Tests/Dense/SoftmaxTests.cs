using IlgpuStyle.Kernels.Dense;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Dense;

[Collection(TestDevice.Collection)]
public sealed class SoftmaxTests(TestDevice device)
{
    /// <summary>
    /// Of an exponential of 80 below the largest: exp's argument has a rounding error of 80 · 2⁻²⁴, and GPUs
    /// take exp as a power of two, which rounds once more.
    /// </summary>
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(7, 1, 0)]
    [InlineData(255, 10, 50)]
    [InlineData(1000, 10, -2000)]
    [InlineData(4099, 40, 1e4)]
    public void Agrees_with_double_precision(int count, double spread, double offset)
    {
        var random = new Random(count);
        float[] logits = [.. Enumerable.Range(0, count)
            .Select(_ => (float)(offset + spread * (2 * random.NextDouble() - 1)))];
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - offset - spread))];
        double total = exponentials.Sum();

        float[] actual = Run(logits);

        for (int i = 0; i < count; i++)
        {
            double expected = exponentials[i] / total;
            // An exponential that float32 holds with fewer digits may be flushed to zero.
            double bound = Tolerance * expected + 1.2e-38;
            Assert.True(Math.Abs(actual[i] - expected) <= bound,
                $"[{i}]: expected {expected:g9}, actual {actual[i]:g9}, ±{bound:g3} is allowed.");
        }
        Assert.InRange(actual.Sum(probability => (double)probability), 1 - 1e-5, 1 + 1e-5);
        Assert.True(actual.AsSpan().SequenceEqual(Run(logits)), "the same logits gave other bits");
    }

    [Fact]
    public void Not_a_number_spoils_every_class()
    {
        float[] logits = new float[300];
        logits[270] = float.NaN;
        Assert.All(Run(logits), probability => Assert.True(float.IsNaN(probability)));
    }

    private float[] Run(float[] logits)
    {
        using DeviceArray x = device.Upload(logits);
        new Softmax(device.Engine).Launch(x);
        return x.ToArray();
    }
}
