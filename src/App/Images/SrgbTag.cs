using System.Buffers.Binary;
using System.Text;

namespace IlgpuStyle.App.Images;

/// <summary>Says in a written file that its colours are sRGB: a chunk of a PNG, an ICC profile of a JPEG.</summary>
/// <remarks>
/// Source: PNG specification, third edition, 11.3.2.5 (sRGB); ICC.1:2022, 7 (profile), 10 (types), B.4 (in JPEG).
/// </remarks>
internal static class SrgbTag
{
    /// <summary>Perceptual rendering: for pictures.</summary>
    private const byte Perceptual = 0;

    private static readonly byte[] ProfileSegment = BuildSegment();

    /// <summary>The PNG file with the chunk.</summary>
    public static byte[] InPng(byte[] png) =>
        [.. png[..PngHeader.HeaderEnd], .. PngHeader.Chunk("sRGB", [Perceptual]), .. png[PngHeader.HeaderEnd..]];

    /// <summary>The JPEG file with the profile, behind its first segment, which must be JFIF's.</summary>
    public static byte[] InJpeg(byte[] jpeg)
    {
        int end = 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(4));
        return [.. jpeg[..end], .. ProfileSegment, .. jpeg[end..]];
    }

    private static byte[] BuildSegment()
    {
        byte[] content = [.. "ICC_PROFILE\0"u8, 1, 1, .. BuildProfile()];
        return [0xFF, 0xE2, .. UInt16(content.Length + 2), .. content];
    }

    /// <summary>Version 4: header, tag table, and the tags' data, each at a multiple of four bytes.</summary>
    private static byte[] BuildProfile()
    {
        double[,] primaries = ColorSpace.SrgbInD50;
        byte[] curve = // sRGB's: ((level + 0.055) / 1.055)^2.4 from 0.04045 on, level / 12.92 below.
            [.. "para\0\0\0\0"u8, 0, 3, 0, 0, .. Fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)];
        (string[] Names, byte[] Data)[] tags =
        [
            (["desc"], Text("sRGB")),
            (["cprt"], Text("No copyright")),
            (["wtpt"], Xyz(0.9642, 1, 0.8249)),
            (["chad"], [.. "sf32\0\0\0\0"u8, .. Fixed([.. ColorSpace.SrgbWhiteToD50.Cast<double>()])]),
            (["rXYZ"], Xyz(primaries[0, 0], primaries[1, 0], primaries[2, 0])),
            (["gXYZ"], Xyz(primaries[0, 1], primaries[1, 1], primaries[2, 1])),
            (["bXYZ"], Xyz(primaries[0, 2], primaries[1, 2], primaries[2, 2])),
            (["rTRC", "gTRC", "bTRC"], curve),
        ];
        int count = tags.Sum(tag => tag.Names.Length);
        int offset = 128 + 4 + (12 * count);
        var table = new List<byte>(UInt32(count));
        var data = new List<byte>();
        foreach ((string[] names, byte[] content) in tags)
        {
            foreach (string name in names)
            {
                table.AddRange(Encoding.ASCII.GetBytes(name));
                table.AddRange([.. UInt32(offset + data.Count), .. UInt32(content.Length)]);
            }
            data.AddRange(content);
            data.AddRange(new byte[-content.Length & 3]);
        }
        int size = offset + data.Count;
        return
        [
            .. UInt32(size), .. "\0\0\0\0"u8, 4, 0x40, 0, 0, // version 4.4
            .. "mntrRGB XYZ "u8,
            .. UInt16(2026), .. UInt16(1), .. UInt16(1), .. new byte[6], // made on
            .. "acsp"u8, .. new byte[28],
            .. Fixed(0.9642, 1, 0.8249), .. new byte[48],
            .. table, .. data,
        ];
    }

    private static byte[] Text(string text) =>
    [
        .. "mluc\0\0\0\0"u8, .. UInt32(1), .. UInt32(12), .. "enUS"u8, .. UInt32(2 * text.Length), .. UInt32(28),
        .. Encoding.BigEndianUnicode.GetBytes(text),
    ];

    private static byte[] Xyz(params double[] values) => [.. "XYZ \0\0\0\0"u8, .. Fixed(values)];

    /// <summary>Signed numbers of 16 bits before and 16 behind the point.</summary>
    private static byte[] Fixed(params double[] values) =>
        [.. values.SelectMany(value => UInt32((int)Math.Round(value * 65536)))];

    private static byte[] UInt32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] UInt16(int value) => UInt32(value)[2..];
}
