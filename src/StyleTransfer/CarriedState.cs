using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>What one scale hands to the next: the picture variable and, for Adam, its moments. On the host.</summary>
/// <remarks>Momentum and L-BFGS's pairs are not carried, and a learning-rate schedule starts anew.</remarks>
internal sealed record CarriedState(float[] Picture, int Height, int Width, AdamMoments? Moments)
{
    /// <summary>
    /// The same at another size: picture and first moment bicubic, second moment bilinear, so that it stays
    /// positive.
    /// </summary>
    public CarriedState ResizedTo(int height, int width) => new(
        Interpolation.Bicubic(Picture, Height, Width, height, width),
        height,
        width,
        Moments is null ? null : Moments with
        {
            First = Interpolation.Bicubic(Moments.First, Height, Width, height, width),
            Second = [.. Interpolation.Bilinear(Moments.Second, Height, Width, height, width)
                .Select(value => Math.Max(value, 0))],
        });
}

/// <summary>Adam's moments and the steps that they have seen.</summary>
internal sealed record AdamMoments(float[] First, float[] Second, int Steps);
