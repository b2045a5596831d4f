using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// What one scale hands to the next: the picture variable, Adam's moments, and how gradient descent at a relative rate
/// goes on. On the host.
/// </summary>
/// <param name="Picture">H × W × 3.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Moments">Adam's; null for other optimizers.</param>
/// <param name="Descent">At a relative rate; null for others.</param>
/// <param name="Scale">The scale that it is for.</param>
/// <param name="Iterations">Steps done so far.</param>
/// <param name="RateHalvings">How often the learning rate was halved because a loss was not finite.</param>
/// <remarks>L-BFGS's pairs are not carried, and the schedule of a rate that is not relative starts anew.</remarks>
internal sealed record CarriedState(
    float[] Picture, int Height, int Width, AdamMoments? Moments, Descent? Descent, int Scale, int Iterations,
    int RateHalvings)
{
    /// <summary>
    /// The same at another size: picture, velocity and first moment bicubic, second moment bilinear, so that it stays
    /// positive. A loss of means has a gradient that shrinks as pixels grow in number.
    /// </summary>
    public CarriedState ResizedTo(int height, int width) => this with
    {
        Picture = Interpolation.Bicubic(Picture, Height, Width, height, width),
        Height = height,
        Width = width,
        Moments = Moments is null ? null : Moments with
        {
            First = Interpolation.Bicubic(Moments.First, Height, Width, height, width),
            Second = [.. Interpolation.Bilinear(Moments.Second, Height, Width, height, width)
                .Select(value => Math.Max(value, 0))],
        },
        Descent = Descent is null ? null : Descent with
        {
            Velocity = Descent.Velocity is { } velocity
                ? Interpolation.Bicubic(velocity, Height, Width, height, width)
                : null,
            FirstGradient = Descent.FirstGradient * ((double)Height * Width / ((double)height * width)),
        },
    };
}

/// <summary>Adam's moments and the steps that they have seen.</summary>
internal sealed record AdamMoments(float[] First, float[] Second, int Steps);

/// <summary>Gradient descent at a relative rate, on its way: see <see cref="Optimizers.RelativeRate"/>.</summary>
/// <param name="Velocity">
/// The momentum over the RMS of the first gradient: what a schedule's rate is multiplied by. Null without momentum.
/// </param>
/// <param name="FirstGradient">The RMS of the first gradient.</param>
/// <param name="RateScale">By what the rate was lowered since.</param>
/// <param name="Steps">Those done, which the schedule counts on.</param>
internal sealed record Descent(float[]? Velocity, double FirstGradient, double RateScale, int Steps);
