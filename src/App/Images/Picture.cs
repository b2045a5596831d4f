using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Images;

/// <summary>
/// A picture in memory: red, green, blue as floats 0 to 255, and an alpha plane where the file has one.
/// </summary>
internal sealed class Picture
{
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="rgb">Height × Width × 3, rows from the top, channels interleaved; kept, not copied.</param>
    /// <param name="alpha">
    /// Height × Width, 0 (transparent) to 255; null for an opaque picture; kept, not copied.
    /// </param>
    /// <exception cref="ArgumentException">A length that does not fit the size.</exception>
    public Picture(PictureSize size, float[] rgb, float[]? alpha = null)
    {
        if (rgb.Length != size.Pixels * 3)
        {
            throw new ArgumentException(
                $"A picture of {size} pixels has {size.Pixels * 3} samples, not {rgb.Length}.", nameof(rgb));
        }
        if (alpha is not null && alpha.Length != size.Pixels)
        {
            throw new ArgumentException(
                $"The alpha of a picture of {size} pixels has {size.Pixels} samples, not {alpha.Length}.",
                nameof(alpha));
        }
        Size = size;
        Rgb = rgb;
        Alpha = alpha;
    }

    /// <summary>Height and width in pixels.</summary>
    public PictureSize Size { get; }

    /// <summary>Height × Width × 3 samples, 0 to 255. Colours under transparent pixels are those of the file, or of
    /// <see cref="Surroundings"/>.</summary>
    public float[] Rgb { get; }

    /// <summary>Height × Width samples, 0 (transparent) to 255 (opaque); null where everything is opaque.</summary>
    public float[]? Alpha { get; }

    /// <summary>The picture as the network takes it: without alpha.</summary>
    public RgbPicture Opaque() => new(Size.Height, Size.Width, Rgb);
}
