using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class MaskedFeaturesTests(TestDevice device)
{
    /// <summary>Rounding of float32 losses over steps of 0.1 and more: about 1e-6 · loss / (step · slope).</summary>
    private const double Tolerance = 2e-3;

    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(6);

    [Fact]
    public void The_gradient_passes_the_mask_and_the_rectifier_before_it()
    {
        // A bias of ±30 keeps every pre-activation far from 0: positive in the even channels, negative in the odd.
        using ConvolutionWeights weights = ConvolutionWeights.Upload(
            _engine, "layer", _random.Uniform(9 * 3 * 10, 0.5f),
            [.. Enumerable.Range(0, 10).Select(k => k % 2 == 0 ? 30f : -30f)], 3, 10);
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(5, 7, 3), requiresGradient: true);
        Variable y = Convolution.Record(tape, "conv", x, weights);
        Variable mask = tape.Input("mask", y.Shape with { Channels = 1 }, requiresGradient: false);
        GramDifference style = GramDifference.Record(
            tape, "style", MaskedFeatures.Record(tape, "masked", y, mask), 0.001f, 0.01f);
        tape.Allocate();
        style.SetTarget(new float[100]);
        mask.Value.CopyFrom([.. Enumerable.Range(0, 35).Select(_ => _random.NextSingle())]);
        GradientCheck.Check(tape, x, _random.Uniform(x.Shape.Length, 2), 0.1, Tolerance);
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(5, 7, 8), requiresGradient: true);
        Variable mask = tape.Input("mask", new TensorShape(7, 5, 1), requiresGradient: false);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => MaskedFeatures.Record(tape, "masked", x, mask));
        Assert.Equal("masked: the mask is 7×5×1, but 5×7×1 is needed.", refusal.Message);
    }
}
