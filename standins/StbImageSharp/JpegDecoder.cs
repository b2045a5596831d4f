using System.Runtime.InteropServices;
using Stb.Native;

namespace StbImageSharp;

/// <summary>JPEG (baseline and progressive) through the TurboJPEG API of libjpeg-turbo.</summary>
internal static class JpegDecoder
{
    public static unsafe ImageResult Decode(byte[] file)
    {
        nint decoder = TurboJpeg.InitDecompress();
        try
        {
            fixed (byte* source = file)
            {
                // The call also fails for rare chroma subsamplings, which decode well; it fills in the size first.
                CULong length = new((uint)file.Length);
                _ = TurboJpeg.DecompressHeader3(
                    decoder, source, length, out int width, out int height, out _, out int colorspace);
                if (width <= 0 || height <= 0)
                    throw new InvalidOperationException(TurboJpeg.LastError(decoder));
                (int pixelFormat, int channels) = colorspace switch
                {
                    TurboJpeg.ColorspaceGray => (TurboJpeg.PixelGray, 1),
                    TurboJpeg.ColorspaceCmyk or TurboJpeg.ColorspaceYcck => (TurboJpeg.PixelCmyk, 4),
                    _ => (TurboJpeg.PixelRgb, 3),
                };
                byte[] pixels = new byte[checked(width * height * channels)];
                fixed (byte* destination = pixels)
                {
                    int result = TurboJpeg.Decompress2(
                        decoder, source, length, destination, width, width * channels, height, pixelFormat,
                        TurboJpeg.FlagAccurateDct | TurboJpeg.FlagLimitScans);
                    if (result != 0 && TurboJpeg.GetErrorCode(decoder) != TurboJpeg.ErrorWarning)
                        throw new InvalidOperationException(TurboJpeg.LastError(decoder));
                }
                if (channels == 4)
                {
                    pixels = FromInvertedCmyk(pixels);
                    channels = 3;
                }
                return new ImageResult
                {
                    Width = width,
                    Height = height,
                    SourceComp = (ColorComponents)channels,
                    Comp = (ColorComponents)channels,
                    Data = pixels,
                };
            }
        }
        finally
        {
            _ = TurboJpeg.Destroy(decoder);
        }
    }

    /// <summary>RGB from CMYK as Adobe's programs store it, 255 for no ink: channel · black / 255, rounded.</summary>
    private static byte[] FromInvertedCmyk(byte[] cmyk)
    {
        byte[] rgb = new byte[cmyk.Length / 4 * 3];
        for (int from = 0, to = 0; from < cmyk.Length; from += 4, to += 3)
        {
            int black = cmyk[from + 3];
            for (int channel = 0; channel < 3; channel++)
                rgb[to + channel] = (byte)(((cmyk[from + channel] * black) + 127) / 255);
        }
        return rgb;
    }
}
