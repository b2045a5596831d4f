using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>The loss is NaN or infinite. The message is one sentence for the user.</summary>
public sealed class LossNotFiniteException : Exception
{
    private LossNotFiniteException(string message, RgbPicture? lastFinite)
        : base(message) => LastFinitePicture = lastFinite;

    /// <summary>
    /// The last picture whose loss was seen to be finite, or what a later scale starts from; null where no step was
    /// done.
    /// </summary>
    public RgbPicture? LastFinitePicture { get; }

    /// <summary>The loss of a picture that no step has changed: the learning rate is not to blame.</summary>
    internal static LossNotFiniteException WithoutAStep() => new(
        "The loss is not finite even without a step: lower --content-weight, --style-weight or --tv-weight.", null);

    /// <summary>The gradient of a picture that no step has changed, whose square float32 cannot hold.</summary>
    internal static LossNotFiniteException OfTheFirstGradient() => new(
        "The gradient overflows even without a step: lower --content-weight, --style-weight or --tv-weight.", null);

    /// <summary>The loss, or the picture, after some steps.</summary>
    internal static LossNotFiniteException AfterSteps(int steps, double learningRate, RgbPicture lastFinite) => new(
        $"The loss is no longer finite at iteration {steps}: lower --learning-rate, now {learningRate:G6}.",
        lastFinite);
}
