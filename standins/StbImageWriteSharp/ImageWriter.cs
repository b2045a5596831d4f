using System.Runtime.InteropServices;
using Stb.Native;

namespace StbImageWriteSharp;

/// <summary>Writes PNG through libpng's simplified API and JPEG through libjpeg-turbo.</summary>
/// <remarks>Pixels: rows from the top, channels interleaved, one byte each.</remarks>
public class ImageWriter
{
    /// <summary>Writes a PNG file.</summary>
    /// <param name="data">Samples, height × width × channels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="components">The channels of <paramref name="data"/>.</param>
    /// <param name="dest">Receives the file.</param>
    /// <exception cref="ArgumentException">A size below 1, or too few samples.</exception>
    /// <exception cref="DllNotFoundException">libpng is not installed.</exception>
    public unsafe void WritePng(byte[] data, int width, int height, ColorComponents components, Stream dest)
    {
        RequireSamples(data, width, height, components);
        ArgumentNullException.ThrowIfNull(dest);
        bool color = components is ColorComponents.RedGreenBlue or ColorComponents.RedGreenBlueAlpha;
        bool alpha = components is ColorComponents.GreyAlpha or ColorComponents.RedGreenBlueAlpha;
        LibPng.Image image = new()
        {
            Version = LibPng.ImageVersion,
            Width = (uint)width,
            Height = (uint)height,
            Format = (color ? LibPng.FormatColor : 0) | (alpha ? LibPng.FormatAlpha : 0),
        };

        // A picture that does not compress grows by filter bytes, deflate block headers and PNG chunks.
        long samples = (long)width * height * (int)components;
        byte[] file = new byte[samples + height + (samples / 256) + 4096];
        nuint written = (nuint)file.Length;
        fixed (byte* source = data)
        fixed (byte* destination = file)
        {
            int ok = LibPng.WriteToMemory(ref image, destination, ref written, 0, source, 0, null);
            LibPng.Free(ref image);
            if (ok == 0)
                throw new InvalidOperationException(image.MessageText);
        }
        dest.Write(file, 0, (int)written);
    }

    /// <summary>Writes a JPEG file, with full chroma resolution above quality 90 and 4:2:0 up to it.</summary>
    /// <param name="data">Samples, height × width × channels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="components">
    /// The channels of <paramref name="data"/>: <see cref="ColorComponents.RedGreenBlue"/>.
    /// </param>
    /// <param name="dest">Receives the file.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="ArgumentException">A size below 1, or too few samples.</exception>
    /// <exception cref="NotSupportedException">Channels other than red, green, blue.</exception>
    /// <exception cref="DllNotFoundException">libjpeg-turbo is not installed.</exception>
    public unsafe void WriteJpg(
        byte[] data, int width, int height, ColorComponents components, Stream dest, int quality)
    {
        RequireSamples(data, width, height, components);
        ArgumentNullException.ThrowIfNull(dest);
        if (components != ColorComponents.RedGreenBlue)
            throw new NotSupportedException($"This stand-in for StbImageWriteSharp writes no JPEG from {components}.");
        int subsampling = quality > 90 ? TurboJpeg.Subsampling444 : TurboJpeg.Subsampling420;
        nint encoder = TurboJpeg.InitCompress();
        byte* jpeg = null;
        try
        {
            CULong size = default;
            fixed (byte* source = data)
            {
                int result = TurboJpeg.Compress2(
                    encoder, source, width, width * 3, height, TurboJpeg.PixelRgb, ref jpeg, ref size, subsampling,
                    quality, TurboJpeg.FlagAccurateDct);
                if (result != 0)
                    throw new InvalidOperationException(TurboJpeg.LastError(encoder));
            }
            dest.Write(new ReadOnlySpan<byte>(jpeg, checked((int)size.Value)));
        }
        finally
        {
            TurboJpeg.Free(jpeg);
            _ = TurboJpeg.Destroy(encoder);
        }
    }

    private static void RequireSamples(byte[] data, int width, int height, ColorComponents components)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long needed = (long)width * height * (int)components;
        if (data.Length < needed)
        {
            throw new ArgumentException(
                $"A picture of {width}×{height} pixels in {components} has {needed} bytes, not {data.Length}.",
                nameof(data));
        }
    }
}
