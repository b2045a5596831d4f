using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>What cannot be recorded is refused, and leaves the tape as it was.</summary>
[Collection(TestDevice.Collection)]
public sealed class RecordingTests(TestDevice device)
{
    private static readonly TensorShape Shape = new(5, 7, 8);

    [Fact]
    public void A_mask_of_another_size() => Refused(
        "masked: the guide is 7×5×1, but 5×7×1 is needed.",
        (tape, x) => MaskedFeatures.Record(
            tape, "masked", x, tape.Input("mask", new TensorShape(7, 5, 1), requiresGradient: false)));

    [Fact]
    public void A_guide_of_another_size() => Refused(
        "style: the guide is 7×5×1, but 5×7×1 is needed.",
        (tape, x) => Wasserstein.Record(
            tape, "style", x, tape.Input("guide", new TensorShape(7, 5, 1), requiresGradient: false), 1, 1));

    [Fact]
    public void A_target_that_the_plan_may_overwrite() => Refused(
        "content: 'computed' is no input of the tape.",
        (tape, x) => SquaredDifference.Record(
            tape, "content", x,
            MaskedFeatures.Record(
                tape, "computed", x, tape.Input("mask", Shape with { Channels = 1 }, requiresGradient: false)),
            1));

    [Fact]
    public void A_mask_of_another_tape()
    {
        using var other = new Tape(device.Engine);
        Variable mask = other.Input("mask", Shape with { Channels = 1 }, requiresGradient: false);
        Refused("masked: 'mask' is no input of the tape.", (tape, x) => MaskedFeatures.Record(tape, "masked", x, mask));
    }

    [Fact]
    public void A_convolution_with_weights_of_other_channels()
    {
        using ConvolutionWeights weights = ConvolutionWeights.Upload(
            device.Engine, "layer", new float[9 * 3 * 8], new float[8], 3, 8);
        Refused(
            "y: the weights take 3 channels, but 'x' has 8.", (tape, x) => Convolution.Record(tape, "y", x, weights));
    }

    [Fact]
    public void The_variation_of_features() => Refused(
        "tv: 'x' is 5×7×8, but a picture of at most 4 channels is needed.",
        (tape, x) => TotalVariation.Record(tape, "tv", x, TotalVariationForm.Absolute, 1));

    [Fact]
    public void The_variation_or_the_preprocessing_of_a_rectified_value()
    {
        using ConvolutionWeights weights = ConvolutionWeights.Upload(
            device.Engine, "layer", new float[9 * 8 * 3], new float[3], 8, 3);
        Refused(
            "tv: 'y' is 5×7×3 behind a ReLU, but a picture of at most 4 channels is needed.",
            (tape, x) => TotalVariation.Record(
                tape, "tv", Convolution.Record(tape, "y", x, weights), TotalVariationForm.Absolute, 1));
        Refused(
            "bgr: 'y' is a ReLU's output, but a picture is needed.",
            (tape, x) => Preprocess.Record(tape, "bgr", Convolution.Record(tape, "y", x, weights), 1));
    }

    [Fact]
    public void An_addition_of_other_shapes_or_to_itself()
    {
        Refused(
            "sum: 'x' is 5×7×8, but 'half' is 2×3×8.",
            (tape, x) => Addition.Record(tape, "sum", x, AveragePool.Record(tape, "half", x)));
        Refused("sum: 'x' cannot be added to itself.", (tape, x) => Addition.Record(tape, "sum", x, x));
    }

    [Fact]
    public void A_normalization_with_parameters_that_do_not_fit()
    {
        using var right = new Parameter(device.Engine, "right", 8);
        using var wrong = new Parameter(device.Engine, "wrong", 3);
        using var frozen = new Parameter(device.Engine, "frozen", 8, trainable: false);
        Refused(
            "y: 'wrong' has 3 elements, but 'x' has 8 channels.",
            (tape, x) => InstanceNormalization.Record(tape, "y", x, right, wrong, 1e-5f, rectified: false));
        Refused(
            "y: only one of 'right' and 'frozen' is trainable.",
            (tape, x) => InstanceNormalization.Record(tape, "y", x, right, frozen, 1e-5f, rectified: false));
        Refused(
            "y: epsilon must be positive, not 0.",
            (tape, x) => InstanceNormalization.Record(tape, "y", x, right, right, 0, rectified: false));
    }

    private void Refused(string sentence, Action<Tape, Variable> record)
    {
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => record(tape, x)).Message);
        Assert.Equal(0, tape.LossTerms);
    }
}
