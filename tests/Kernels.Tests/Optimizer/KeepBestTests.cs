using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Optimizer;

[Collection(TestDevice.Collection)]
public sealed class KeepBestTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    [Fact]
    public void The_picture_of_the_lowest_sum_is_kept()
    {
        var shape = new TensorShape(5, 7, 3);
        // Sums of the two losses from slot 1: 5, 3, NaN, 4, 3 (not lower), 2.
        float[][] losses = [[9, 2, 3], [9, 1, 2], [9, float.NaN, 0], [9, 4, 0], [9, 3, 0], [9, 1, 1]];
        float[] keptAfter = [0, 1, 1, 1, 1, 5];
        using Tensor best = device.Poisoned(shape);
        using DeviceArray lowest = KeepBest.AllocateLowest(_engine);
        var keepBest = new KeepBest(_engine);
        for (int step = 0; step < losses.Length; step++)
        {
            float[] values = new float[shape.Length];
            Array.Fill(values, (float)step);
            using Tensor x = device.Upload(shape, values);
            using DeviceArray slots = device.Upload(losses[step]);
            keepBest.Launch(x, slots, 1, 2, best, lowest);
            Assert.All(best.ToArray(), value => Assert.Equal(keptAfter[step], value));
            BorderTests.AssertBorderIsZero(best);
        }
        Assert.Equal(2, lowest.ToArray()[0]);
    }

    [Fact]
    public void Slots_past_the_end_are_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 2, 3));
        using DeviceArray losses = _engine.AllocateArray("losses", 4);
        using DeviceArray lowest = KeepBest.AllocateLowest(_engine);
        Assert.Throws<ArgumentException>(() => new KeepBest(_engine).Launch(x, losses, 2, 3, x, lowest));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeepBest(_engine).Launch(x, losses, 2, 0, x, lowest));
    }
}
