using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Moments;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class MomentDifferenceTests(TestDevice device)
{
    /// <summary>As that of the kernels, whose means and deviations it takes.</summary>
    private const double Tolerance = 4e-5;

    public static TheoryData<string> Cases => [.. Fixture.Cases("moments")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("moments", caseName);
        int[] size = fixture["input"].Shape;
        var shape = new TensorShape(size[0], size[1], size[2]);
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", shape, requiresGradient: true);
        Variable? guide = caseName.StartsWith("weighted", StringComparison.Ordinal)
            ? tape.Input("guide", shape with { Channels = 1 }, requiresGradient: false)
            : null;
        MomentDifference term = MomentDifference.Record(tape, "style", x, guide);
        tape.Allocate();
        term.Weight = (float)fixture["weight"].Scalar;
        term.Factors = new MomentFactors(
            (float)fixture["mean_factor"].Scalar, (float)fixture["deviation_factor"].Scalar);
        term.SetTarget(fixture["style_mean"].ToSingle(), fixture["style_deviation"].ToSingle());
        x.Value.CopyFrom(fixture["input"].ToSingle());
        guide?.Value.CopyFrom(fixture["guide"].ToSingle());
        tape.Forward();
        tape.Backward();

        Closeness.Close(fixture["loss"].Scalar, tape.Losses.ToArray()[0], Tolerance);
        double error = Closeness.RelativeL2(fixture["input_gradient"].Values, x.Gradient.ToArray());
        Assert.True(error <= Tolerance, $"Gradient: relative L2 error {error:g3}, {Tolerance:g3} is allowed.");
    }

    [Fact]
    public void The_gradient_of_masked_features_is_that_of_finite_differences()
    {
        var random = new Random(23);
        var shape = new TensorShape(9, 7, 8);
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", shape, requiresGradient: true);
        Variable guide = tape.Input("guide", shape with { Channels = 1 }, requiresGradient: false);
        Variable masked = MaskedFeatures.Record(tape, "mask", x, guide);
        MomentDifference term = MomentDifference.Record(tape, "style", masked, guide);
        tape.Allocate();
        float[] weights = random.Uniform(shape.Pixels);
        double norm = Math.Sqrt(weights.Sum(weight => (double)weight * weight) / shape.Pixels);
        guide.Value.CopyFrom(Array.ConvertAll(weights, weight => (float)(weight / norm)));
        term.Weight = 3;
        term.SetTarget(random.Uniform(8), Array.ConvertAll(random.Uniform(8), Math.Abs));
        GradientCheck.Check(tape, x, random.Uniform(shape.Length), step: 0.05, tolerance: 1e-3);
    }

    [Fact]
    public void A_guide_of_more_channels_is_refused()
    {
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", new TensorShape(3, 2, 8), requiresGradient: true);
        Assert.Equal("style: the guide is 3×2×8, but 3×2×1 is needed.", Assert.Throws<ArgumentException>(
            () => MomentDifference.Record(tape, "style", x, x)).Message);
    }
}
