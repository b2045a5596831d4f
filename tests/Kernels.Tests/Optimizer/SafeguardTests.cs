using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Optimizer;

[Collection(TestDevice.Collection)]
public sealed class SafeguardTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(31);

    /// <summary>
    /// Losses of two terms from slot 1 and gradients so much longer than the first, and what the rule makes of them:
    /// the factor, and the step whose picture x becomes, its own where the loss does not rise far.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 7)]
    [InlineData(33, 17)]
    public void Gradients_are_bounded_and_a_rise_leads_back_to_the_best(int height, int width)
    {
        (float Loss, double Length, double Factor, int Picture)[] steps =
        [
            (10, 1, 1, 0),
            (8, 0.5, 1, 1),
            (11, 4, 0.25, 2), // No rise above 12.
            (12.5f, 1, 0, 1), // From here on half the rate.
            (8, 2, 0.5 / Math.Sqrt(16 * 0.9 * 0.9), 4), // Not lower than the lowest: the best stays.
            (float.NaN, double.NaN, 0, 1), // A gradient that is no number goes with its picture.
            (6, 0.25, 0.25 / Math.Sqrt(16 * Math.Pow(0.9, 4)), 6),
            (9.5f, 0.25, 0, 6),
        ];
        var shape = new TensorShape(height, width, 3);
        float[] first = _random.Uniform(shape.Length);
        using Tensor best = device.Poisoned(shape);
        using DeviceArray lowest = KeepBest.AllocateLowest(_engine);
        using DeviceArray state = Safeguard.AllocateState(_engine);
        using DeviceArray factors = device.Poisoned(steps.Length);
        var keepBest = new KeepBest(_engine);
        var safeguard = new Safeguard(_engine);
        for (int step = 0; step < steps.Length; step++)
        {
            (float loss, double length, double factor, int picture) = steps[step];
            float[] values = Array.ConvertAll(first, value => (float)(length * value));
            using Tensor x = device.Upload(shape, Constant(shape, step));
            using Tensor gradient = device.Upload(shape, values);
            using Tensor momentum = device.Upload(shape, Constant(shape, 7));
            using DeviceArray losses = device.Upload([99, loss - 1, 1, 99]);
            keepBest.Launch(x, losses, 1, 2, best, lowest);
            safeguard.Launch(x, best, lowest, gradient, momentum, losses, 1, 2, state, factors, step);
            Assert.Equal(Constant(shape, picture), x.ToArray());
            Assert.Equal(Constant(shape, factor == 0 ? 0 : 7), momentum.ToArray());
            if (factor == 1)
                Assert.Equal(values, gradient.ToArray()); // To the bit.
            Closeness.Close(
                Array.ConvertAll(values, value => factor == 0 ? 0 : factor * value), gradient.ToArray(),
                4 * Closeness.FewOperations);
            foreach (Tensor tensor in (Tensor[])[x, best, gradient, momentum])
                BorderTests.AssertBorderIsZero(tensor);
        }
        Closeness.Close([.. steps.Select(step => step.Factor)], factors.ToArray(), 4 * Closeness.FewOperations);
        Closeness.Close(
            first.Sum(value => (double)value * value), Safeguard.ReadFirstSquare(state),
            Closeness.SumOf(shape.Length));
        Assert.Equal(Constant(shape, 6), best.ToArray());
    }

    [Fact]
    public void A_state_of_another_length_and_slots_past_the_end_are_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 2, 3));
        using DeviceArray state = Safeguard.AllocateState(_engine);
        using DeviceArray two = _engine.AllocateArray("two", 2);
        var safeguard = new Safeguard(_engine);
        Assert.Throws<ArgumentException>(() => safeguard.Launch(x, x, two, x, null, two, 0, 2, two, two, 0));
        Assert.Throws<ArgumentException>(() => safeguard.Launch(x, x, two, x, null, two, 0, 3, state, two, 0));
        Assert.Throws<ArgumentException>(() => safeguard.Launch(x, x, two, x, null, two, 0, 2, state, two, 2));
    }

    private static float[] Constant(TensorShape shape, float value)
    {
        float[] values = new float[shape.Length];
        Array.Fill(values, value);
        return values;
    }
}
