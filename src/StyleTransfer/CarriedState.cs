using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// What one scale hands to the next: the picture variable and Adam's moments. On the host.
/// </summary>
/// <param name="Picture">H × W × 3.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Moments">Adam's; null for other optimizers.</param>
/// <param name="Scale">The scale that it is for.</param>
/// <param name="Iterations">Steps done so far.</param>
/// <param name="RateHalvings">How often the learning rate was halved because a loss was not finite.</param>
/// <remarks>
/// L-BFGS's pairs are not carried, and gradient descent starts anew: its momentum and a rate bounded by a coarser
/// scale's gradients were slower (docs/performance.md).
/// </remarks>
internal sealed record CarriedState(
    float[] Picture, int Height, int Width, AdamMoments? Moments, int Scale, int Iterations, int RateHalvings)
{
    /// <summary>
    /// The same at another size: picture and first moment bicubic, second moment bilinear, so that it stays positive.
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
    };
}

/// <summary>Adam's moments and the steps that they have seen.</summary>
internal sealed record AdamMoments(float[] First, float[] Second, int Steps);
