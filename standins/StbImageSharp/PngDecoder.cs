using System.Buffers.Binary;
using Stb.Native;

namespace StbImageSharp;

/// <summary>PNG through libpng's simplified API.</summary>
internal static class PngDecoder
{
    private const int SignatureBytes = 8;
    private const int ChunkOverheadBytes = 12; // length, type, CRC

    public static unsafe ImageResult Decode(byte[] file)
    {
        byte[] bare = WithoutAncillaryChunks(file);
        LibPng.Image image = new() { Version = LibPng.ImageVersion };
        try
        {
            fixed (byte* source = bare)
            {
                if (LibPng.BeginReadFromMemory(ref image, source, (nuint)bare.Length) == 0)
                    throw new InvalidOperationException(image.MessageText);
                // With the linear and palette bits gone, libpng converts to 8-bit samples in the file's channels.
                image.Format &= LibPng.FormatAlpha | LibPng.FormatColor;
                image.Flags |= LibPng.Flag16BitSrgb;
                ColorComponents channels = Channels(image.Format);
                byte[] pixels = new byte[checked((int)(image.Width * image.Height * (long)channels))];
                fixed (byte* destination = pixels)
                {
                    if (LibPng.FinishRead(ref image, null, destination, 0, null) == 0)
                        throw new InvalidOperationException(image.MessageText);
                }
                return new ImageResult
                {
                    Width = (int)image.Width,
                    Height = (int)image.Height,
                    SourceComp = channels,
                    Comp = channels,
                    Data = pixels,
                };
            }
        }
        finally
        {
            LibPng.Free(ref image);
        }
    }

    private static ColorComponents Channels(uint format) =>
        (format & LibPng.FormatColor, format & LibPng.FormatAlpha) switch
        {
            (0, 0) => ColorComponents.Grey,
            (0, _) => ColorComponents.GreyAlpha,
            (_, 0) => ColorComponents.RedGreenBlue,
            _ => ColorComponents.RedGreenBlueAlpha,
        };

    /// <summary>The file with its critical chunks and tRNS only.</summary>
    /// <remarks>
    /// libpng's simplified API converts by gAMA, cHRM, sRGB and iCCP; the package takes samples as they are.
    /// An incomplete last chunk is kept as it is, for libpng to report.
    /// </remarks>
    private static byte[] WithoutAncillaryChunks(byte[] file)
    {
        MemoryStream kept = new(file.Length);
        kept.Write(file, 0, SignatureBytes);
        int position = SignatureBytes;
        while (file.Length - position >= ChunkOverheadBytes)
        {
            ReadOnlySpan<byte> header = file.AsSpan(position, 8);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
            int size = (int)Math.Min((long)length + ChunkOverheadBytes, file.Length - position);
            ReadOnlySpan<byte> type = header[4..];
            bool critical = (type[0] & 0x20) == 0;
            if (critical || type.SequenceEqual("tRNS"u8))
                kept.Write(file, position, size);
            position += size;
        }
        return kept.ToArray();
    }
}
