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
}
