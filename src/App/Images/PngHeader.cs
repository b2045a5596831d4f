using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>
/// Walks through the chunks of a PNG file without decoding it: size, orientation, colours, and whether it is whole.
/// </summary>
/// <remarks>
/// Decoders differ in what they make of a file that is cut off or damaged, so that is decided here, and the decoder is
/// handed no more than the chunks that pixels are made of. Source: PNG specification, third edition, 5.3 (layout of
/// chunks), 5.4 (critical chunks), 11.2.1 (IHDR), 11.3.1 (tRNS), 11.3.3 (text), 11.3.5 (eXIf), D (CRC).
/// </remarks>
internal static class PngHeader
{
    /// <summary>Where the first chunk, IHDR, ends.</summary>
    public const int HeaderEnd = 33;

    private const int ChunkOverheadBytes = 12; // length, type, CRC
    private const int GreyType = 0;
    private const int GreyAlphaType = 4;
    private const int PaletteType = 3;

    /// <summary>The most that a compressed text or profile may grow to.</summary>
    private const int LargestInflated = 1 << 24;

    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Checks the whole file.</summary>
    /// <exception cref="InputFileException">Truncated, damaged, too large, or of a kind that is not read.</exception>
    public static PictureFileHeader Read(string path, ReadOnlySpan<byte> file)
    {
        PictureSize? size = null;
        int colorType = 0;
        int? orientation = null;
        int? otherOrientation = null;
        bool isWhole = false;
        var colors = new PngColors();
        var notes = new List<string>();
        var before = new MemoryStream();
        var data = new MemoryStream();
        before.Write(Signature);
        int position = Signature.Length;
        while (!isWhole && file.Length - position >= ChunkOverheadBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            if (length > file.Length - position - ChunkOverheadBytes)
                break;
            string type = Encoding.Latin1.GetString(file.Slice(position + 4, 4));
            ReadOnlySpan<byte> content = file.Slice(position + 8, (int)length);
            uint checksum = BinaryPrimitives.ReadUInt32BigEndian(file[(position + 8 + (int)length)..]);
            bool isIntact = Crc(file.Slice(position + 4, 4), content) == checksum;
            if (!isIntact && !IsNoPixels(type, content, checksum))
                throw PictureFileHeader.Damaged(path, $"the checksum of the PNG chunk at byte {position} is wrong");
            if (!isIntact)
                notes.Add($"the checksum of its {type} chunk is wrong, so that chunk is ignored");
            position += (int)length + ChunkOverheadBytes;
            switch (type)
            {
                case "CgBI" when size is null:
                    throw new InputFileException(
                        $"'{path}' is an iPhone-optimised PNG (CgBI), which only Apple's programs read; take it from "
                        + "where it was before the app was built, or convert it (pngcrush "
                        + "-revert-iphone-optimizations).");
                case var _ when size is null:
                    if (type != "IHDR" || length != 13)
                    {
                        throw PictureFileHeader.Damaged(
                            path, "a PNG file starts with an IHDR chunk, this one does not");
                    }
                    size = PictureFileHeader.RequireReadable(
                        path, BinaryPrimitives.ReadUInt32BigEndian(content[4..]),
                        BinaryPrimitives.ReadUInt32BigEndian(content));
                    colorType = content[9];
                    before.Write(Chunk(type, content));
                    break;
                case "IDAT":
                    data.Write(content);
                    break;
                case "IEND":
                    isWhole = true;
                    break;
                // A palette that others may use, and transparency beside alpha, make no pixels.
                case "PLTE" when colorType == PaletteType:
                case "tRNS" when colorType < GreyAlphaType:
                    before.Write(Chunk(type, content));
                    break;
                case "eXIf" when isIntact:
                    orientation ??= ExifOrientation.Read(content);
                    break;
                case "tEXt" or "zTXt" or "iTXt" when isIntact:
                    otherOrientation ??= OrientationIn(type, content);
                    break;
                case "cICP" or "iCCP" or "sRGB" or "gAMA" or "cHRM" when isIntact:
                    colors.Add(type, content.ToArray());
                    break;
                case var _ when !IsAncillary(type) && type != "PLTE":
                    throw PictureFileHeader.Damaged(path, $"it has a chunk '{Printable(type)}' that PNG does not know");
            }
        }
        // Behind its data a file may be cut: whether they hold all pixels, decoding will tell.
        if (size is null || data.Length == 0 || (!isWhole && IsCutInData(file, position)))
            throw PictureFileHeader.Truncated(path, "PNG", file.Length);
        if (!isWhole)
            notes.Add("its end is missing, but its pixels are there");
        before.Write(Chunk("IDAT", data.GetBuffer().AsSpan(0, (int)data.Length)));
        before.Write(Chunk("IEND", []));
        ColorSpace? space = colors.Resolve(colorType is GreyType or GreyAlphaType ? 1 : 3, notes);
        return new PictureFileHeader(
            size.Value, orientation ?? otherOrientation ?? ExifOrientation.Upright, before.ToArray())
        {
            Colors = space,
            LacksEnd = !isWhole,
            Notes = notes,
        };
    }

    /// <summary>A chunk: length, type, content, checksum.</summary>
    public static byte[] Chunk(string type, ReadOnlySpan<byte> content)
    {
        byte[] name = Encoding.Latin1.GetBytes(type);
        byte[] chunk = new byte[content.Length + ChunkOverheadBytes];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        name.CopyTo(chunk, 4);
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), Crc(name, content));
        return chunk;
    }

    /// <summary>What a compressed text or profile holds; null where it is damaged or grows too large.</summary>
    public static byte[]? Inflate(ReadOnlySpan<byte> compressed)
    {
        using var source = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        byte[] inflated = new byte[LargestInflated];
        try
        {
            int length = source.ReadAtLeast(inflated, inflated.Length, throwOnEndOfStream: false);
            return length < inflated.Length ? inflated[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether the data stop within the chunk at which reading stopped.</summary>
    private static bool IsCutInData(ReadOnlySpan<byte> file, int position) =>
        file.Length - position >= 8 && file.Slice(position + 4, 4).SequenceEqual("IDAT"u8);

    /// <summary>The orientation that a text chunk holds, as old versions of ImageMagick and as XMP have it.</summary>
    private static int? OrientationIn(string type, ReadOnlySpan<byte> content)
    {
        int end = content.IndexOf((byte)0);
        if (end < 0)
            return null;
        string keyword = Encoding.Latin1.GetString(content[..end]);
        ReadOnlySpan<byte> text = content[(end + 1)..];
        if (keyword is "Raw profile type exif" or "Raw profile type APP1")
        {
            return type switch
            {
                "tEXt" => ExifOrientation.ReadRawProfile(text),
                "zTXt" when text.Length > 1 && Inflate(text[1..]) is { } inflated =>
                    ExifOrientation.ReadRawProfile(inflated),
                _ => null,
            };
        }
        return type == "iTXt" && keyword == "XML:com.adobe.xmp" ? ExifOrientation.ReadXmp(text) : null;
    }

    /// <summary>
    /// Whether no pixel depends on a chunk whose checksum is wrong, and it is not one of the others whose name is
    /// damaged.
    /// </summary>
    private static bool IsNoPixels(string type, ReadOnlySpan<byte> content, uint checksum)
    {
        if (type == "IEND")
            return true;
        if (!IsAncillary(type) || type == "tRNS")
            return false;
        foreach (string needed in (string[])["IHDR", "PLTE", "IDAT", "tRNS"])
        {
            if (Crc(Encoding.Latin1.GetBytes(needed), content) == checksum)
                return false;
        }
        return true;
    }

    private static bool IsAncillary(string type) => type.All(char.IsAsciiLetter) && char.IsAsciiLetterLower(type[0]);

    private static string Printable(string type) => string.Concat(
        type.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?'));

    private static uint Crc(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in type)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        foreach (byte value in content)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] BuildCrcTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint remainder = i;
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) != 0 ? 0xEDB88320 ^ (remainder >> 1) : remainder >> 1;
            table[i] = remainder;
        }
        return table;
    }
}
