using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class WassersteinTests(TestDevice device)
{
    /// <summary>Two matrix roots and differences of their traces in float32.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Cases => [.. Fixture.Cases("wasserstein").Where(name => name.Contains('x'))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("wasserstein", caseName);
        int[] size = fixture["input"].Shape;
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", new TensorShape(size[0], size[1], size[2]), requiresGradient: true);
        Wasserstein term = Wasserstein.Record(
            tape, "style", x, guide: null, (float)fixture["ridge"].Scalar, (float)fixture["weight"].Scalar);
        tape.Allocate();
        term.SetTarget(fixture["style_mean"].ToSingle(), fixture["style_covariance"].ToSingle());
        x.Value.CopyFrom(fixture["input"].ToSingle());
        tape.Forward();
        tape.Backward();

        Closeness.Close(fixture["loss"].Scalar, tape.Losses.ToArray()[0], Tolerance);
        double error = Closeness.RelativeL2(fixture["input_gradient"].Values, x.Gradient.ToArray());
        Assert.True(error <= Tolerance, $"Gradient: relative L2 error {error:g3}, {Tolerance:g3} is allowed.");
    }

    /// <summary>
    /// The loss is no polynomial: what the four-point difference leaves out is below the tolerance here.
    /// </summary>
    [Fact]
    public void The_gradient_of_masked_features_is_that_of_finite_differences()
    {
        var random = new Random(23);
        var shape = new TensorShape(9, 7, 8);
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", shape, requiresGradient: true);
        Variable guide = tape.Input("guide", shape with { Channels = 1 }, requiresGradient: false);
        Variable masked = MaskedFeatures.Record(tape, "mask", x, guide);
        Wasserstein term = Wasserstein.Record(tape, "style", masked, guide, ridge: 0.1f, weight: 3);
        tape.Allocate();
        guide.Value.CopyFrom(random.Uniform(shape.Pixels));
        float[] covariance = new float[64];
        for (int channel = 0; channel < 8; channel++)
            covariance[9 * channel] = 0.5f + channel / 8f;
        term.SetTarget(random.Uniform(8), covariance);
        GradientCheck.Check(tape, x, random.Uniform(shape.Length), step: 0.05, tolerance: 1e-3);
    }
}
