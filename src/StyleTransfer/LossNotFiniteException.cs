using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>The loss is NaN or infinite. The message is one sentence for the user.</summary>
public sealed class LossNotFiniteException : Exception
{
    private LossNotFiniteException(string message, RgbPicture? lastFinite)
        : base(message) => LastFinitePicture = lastFinite;

    /// <summary>
    /// The picture of the lowest loss, or what a later scale starts from; null where no step was done.
    /// </summary>
    public RgbPicture? LastFinitePicture { get; }

    /// <summary>The loss of a picture that no step has changed: the learning rate is not to blame.</summary>
    internal static LossNotFiniteException WithoutAStep(LossValues losses)
    {
        string[] options =
        [
            .. double.IsFinite(losses.Content) ? (string[])[] : ["--content-weight"],
            .. double.IsFinite(losses.Style) ? (string[])[] : ["--style-weight"],
            .. double.IsFinite(losses.TotalVariation) ? (string[])[] : ["--tv-weight"],
        ];
        string blamed = string.Join(" and ", options);
        return new($"The loss is not finite even without a step: lower {blamed}.", null);
    }

    /// <summary>The gradient of a picture that no step has changed, whose square float32 cannot hold.</summary>
    internal static LossNotFiniteException OfTheFirstGradient() => new(
        "The gradient overflows even without a step: lower --content-weight, --style-weight or --tv-weight.", null);

    /// <summary>The loss, or the picture, after some steps.</summary>
    internal static LossNotFiniteException AfterSteps(
        int steps, double learningRate, int rateHalvings, RgbPicture lastFinite) => new(
        $"The loss is no longer finite at iteration {steps}"
        + (rateHalvings == 0 ? "" : $", although the learning rate was halved {Counted(rateHalvings)}")
        + $": lower --learning-rate, now {learningRate:G6}"
        + (rateHalvings == 0 ? "." : ", or the weights of the losses."),
        lastFinite);

    /// <summary>The loss of a network in training, or its gradient.</summary>
    /// <param name="iteration">Steps done.</param>
    /// <param name="rateHalvings">How often the learning rate was halved before.</param>
    public static LossNotFiniteException OfTraining(int iteration, int rateHalvings) => new(
        iteration == 0
            ? "The loss is not finite even without a step: the network that training starts from, or a picture, is "
                + "damaged."
            : $"The loss is no longer finite at iteration {iteration}, although the learning rate was halved "
                + $"{Counted(rateHalvings)}.",
        null);

    private static string Counted(int times) => times == 1 ? "once" : $"{times} times";
}
