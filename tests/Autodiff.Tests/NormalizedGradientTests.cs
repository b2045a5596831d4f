using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class NormalizedGradientTests(TestDevice device)
{
    private const double Strength = 3;

    /// <summary>Sums of absolute values in float32, and a gradient pulled through a convolution.</summary>
    private const double Tolerance = 1e-5;

    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_gradient_is_as_long_as_its_strength_and_its_direction_stays(int memorySaving)
    {
        (double[] plain, double norm) = Gradient(normalize: false, memorySaving);
        (double[] normalized, _) = Gradient(normalize: true, memorySaving);
        double error = Closeness.RelativeL2(
            Array.ConvertAll(plain, value => Strength * value / norm),
            Array.ConvertAll(normalized, value => (float)value));
        Assert.True(error <= Tolerance, $"Relative L2 error {error:g3}, {Tolerance:g3} is allowed.");
    }

    [Fact]
    public void A_term_without_strength_adds_nothing()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(3, 5, 8), requiresGradient: true);
        Variable target = tape.Input("target", x.Shape, requiresGradient: false);
        SquaredDifference.Record(
            tape, "term", NormalizedGradient.Record(tape, "normalize", x).Output!, target, weight: 0);
        tape.Allocate();
        x.Value.CopyFrom([.. Enumerable.Range(0, (int)x.Shape.Length).Select(i => i + 1f)]);
        target.Value.CopyFrom(new float[x.Shape.Length]);
        tape.Forward();
        tape.Backward();
        Assert.All(x.Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    /// <summary>
    /// The gradient of a loss behind a rectified convolution, with respect to the picture; and the L1 norm of the
    /// loss's gradient with respect to the features, where features that are 0 count too.
    /// </summary>
    private (double[] Gradient, double Norm) Gradient(bool normalize, int memorySaving)
    {
        var random = new Random(11);
        using ConvolutionWeights weights = ConvolutionWeights.Upload(
            _engine, "layer", random.Uniform(9 * 3 * 10, 0.5f), random.Uniform(10, 1), 3, 10);
        using var tape = new Tape(_engine) { MemorySaving = memorySaving };
        Variable x = tape.Input("x", new TensorShape(6, 9, 3), requiresGradient: true);
        Variable y = Convolution.Record(tape, "conv", x, weights);
        tape.Keep(y);
        Variable target = tape.Input("target", y.Shape, requiresGradient: false);
        Variable compared = y;
        if (normalize)
        {
            NormalizedGradient operation = NormalizedGradient.Record(tape, "normalize", y);
            operation.Strength = Strength;
            compared = operation.Output!;
        }
        SquaredDifference.Record(tape, "term", compared, target, weight: 0.5f * (normalize ? (float)Strength : 1));
        // What follows the loss must still find the features.
        tape.BeginSegment();
        AveragePool.Record(tape, "pool", y);
        tape.Allocate();
        x.Value.CopyFrom(random.Uniform(x.Shape.Length, 2));
        target.Value.CopyFrom(random.Uniform(y.Shape.Length, 1));
        tape.Forward();
        tape.Backward();
        double norm = y.Value.ToArray().Zip(target.Value.ToArray(), (a, b) => Math.Abs((double)a - b)).Sum();
        return (Array.ConvertAll(x.Gradient.ToArray(), value => (double)value), norm);
    }
}
