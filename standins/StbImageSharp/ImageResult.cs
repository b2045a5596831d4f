namespace StbImageSharp;

/// <summary>A decoded picture: rows from the top, channels interleaved, one byte each.</summary>
/// <remarks>
/// Decodes PNG through libpng and JPEG through libjpeg-turbo, into what the package of this name makes of
/// them: colour-space chunks and profiles are ignored, 16-bit samples become 8-bit ones, CMYK becomes RGB.
/// </remarks>
public class ImageResult
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    /// <summary>Width in pixels.</summary>
    public int Width { get; set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; set; }

    /// <summary>The file's channels.</summary>
    public ColorComponents SourceComp { get; set; }

    /// <summary>The channels of <see cref="Data"/>.</summary>
    public ColorComponents Comp { get; set; }

    /// <summary>Samples, Height × Width × channels.</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>Decodes a whole PNG or JPEG file held in memory.</summary>
    /// <param name="data">The file's bytes.</param>
    /// <param name="requiredComponents">Only <see cref="ColorComponents.Default"/>: no conversion.</param>
    /// <exception cref="InvalidOperationException">Neither PNG nor JPEG, or damaged.</exception>
    /// <exception cref="NotSupportedException">A conversion of channels is asked for.</exception>
    /// <exception cref="DllNotFoundException">libpng or libjpeg-turbo is not installed.</exception>
    public static ImageResult FromMemory(
        byte[] data, ColorComponents requiredComponents = ColorComponents.Default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (requiredComponents != ColorComponents.Default)
        {
            throw new NotSupportedException(
                $"This stand-in for StbImageSharp decodes to the file's own channels, not to {requiredComponents}.");
        }
        if (data.AsSpan().StartsWith(PngSignature))
            return PngDecoder.Decode(data);
        if (data.AsSpan().StartsWith(JpegSignature))
            return JpegDecoder.Decode(data);
        throw new InvalidOperationException("unknown image type");
    }
}
