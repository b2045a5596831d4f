using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Filter;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class DestripedGradientTests(TestDevice device)
{
    private static readonly TensorShape Shape = new(21, 19, 3);

    private readonly float[] _values = new Random(3).Uniform((int)Shape.Length, 100);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_later_operations_give_loses_its_stripes_and_what_earlier_ones_give_stays(int memorySaving)
    {
        float[] variation = Gradient(withVariation: true, destripe: false, withDifference: false, memorySaving);
        float[] difference = Gradient(withVariation: false, destripe: false, withDifference: true, memorySaving);
        using Tensor filtered = device.Upload(Shape, difference);
        using Tensor scratch = device.Poisoned(Shape);
        new DestripingFilter(device.Engine).Launch(filtered, scratch);

        float[] both = Gradient(withVariation: true, destripe: true, withDifference: true, memorySaving);
        double[] expected = [.. filtered.ToArray().Zip(variation, (one, other) => (double)one + other)];
        Closeness.Close(expected, both, Closeness.FewOperations);
    }

    [Fact]
    public void Nothing_comes_of_no_later_operation() => Assert.Equal(
        Gradient(withVariation: true, destripe: false, withDifference: false, 0),
        Gradient(withVariation: true, destripe: true, withDifference: false, 0));

    [Fact]
    public void A_value_that_is_made_is_refused()
    {
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable made = Preprocess.Record(tape, "made", x, 255);
        Assert.Equal(
            "destriping: 'made' is no input of the tape.",
            Assert.Throws<ArgumentException>(() => DestripedGradient.Record(tape, "destriping", made)).Message);
    }

    private float[] Gradient(bool withVariation, bool destripe, bool withDifference, int memorySaving)
    {
        using var tape = new Tape(device.Engine) { MemorySaving = memorySaving };
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable target = tape.Input("target", Shape, requiresGradient: false);
        if (withVariation)
            TotalVariation.Record(tape, "variation", x, TotalVariationForm.MeanSquared, 2);
        if (destripe)
            DestripedGradient.Record(tape, "destriping", x);
        if (withDifference)
            SquaredDifference.Record(tape, "difference", x, target, weight: 0.01f);
        tape.Allocate();
        x.Value.CopyFrom(_values);
        target.Value.CopyFrom(new float[Shape.Length]);
        for (int replay = 0; replay < 2; replay++)
        {
            tape.Forward();
            tape.Backward();
        }
        return x.Gradient.ToArray();
    }
}
