using System.Buffers.Binary;
using System.Text;

namespace IlgpuStyle.App.Images;

/// <summary>How a camera held the sensor: reads the orientation (1 to 8) from an EXIF block.</summary>
/// <remarks>Source: EXIF 2.32 (CIPA DC-008), 4.6.2 and 4.6.4 A, tag 274; TIFF 6.0, section 2.</remarks>
internal static class ExifOrientation
{
    /// <summary>Rows and columns as the viewer sees them.</summary>
    public const int Upright = 1;

    private const ushort OrientationTag = 0x0112;
    private const int EntryBytes = 12;

    /// <summary>What stands before the TIFF structure where EXIF is one of several kinds of blocks.</summary>
    public static ReadOnlySpan<byte> BlockStart => "Exif\0\0"u8;

    /// <summary>
    /// The orientation in the first directory of a TIFF structure; upright where it has none or is damaged.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return Upright;
        bool littleEndian = tiff.StartsWith("II"u8);
        if ((!littleEndian && !tiff.StartsWith("MM"u8)) || UInt16(tiff[2..]) != 42)
            return Upright;
        uint directory = littleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return Upright;
        int entries = UInt16(tiff[(int)directory..]);
        ReadOnlySpan<byte> rest = tiff[((int)directory + 2)..];
        for (int i = 0; i < entries && rest.Length >= EntryBytes; i++, rest = rest[EntryBytes..])
        {
            if (UInt16(rest) == OrientationTag)
                return Checked(Value(UInt16(rest[2..]), rest[8..]));
        }
        return Upright;

        // SHORT, says the standard; some programs write the other whole numbers.
        uint Value(int type, ReadOnlySpan<byte> bytes) => type switch
        {
            1 or 6 => bytes[0],
            3 or 8 => UInt16(bytes),
            4 or 9 when littleEndian => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            4 or 9 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => Upright,
        };

        ushort UInt16(ReadOnlySpan<byte> bytes) => littleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>
    /// The orientation in a text of "Raw profile type exif", in which ImageMagick keeps the block: a name, a length,
    /// hexadecimal digits. Null where there is no such block.
    /// </summary>
    public static int? ReadRawProfile(ReadOnlySpan<byte> text)
    {
        string[] words = Encoding.Latin1.GetString(text).Split(
            (char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3)
            return null;
        string digits = string.Concat(words[2].Where(char.IsAsciiHexDigit));
        byte[] block = Convert.FromHexString(digits.AsSpan(0, digits.Length / 2 * 2));
        return block.AsSpan().StartsWith(BlockStart) ? Read(block.AsSpan(BlockStart.Length)) : Read(block);
    }

    /// <summary>The orientation in XMP, which has it as EXIF does; null where it is not there.</summary>
    public static int? ReadXmp(ReadOnlySpan<byte> xml)
    {
        ReadOnlySpan<byte> name = "tiff:Orientation"u8;
        int at = xml.IndexOf(name);
        if (at < 0)
            return null;
        int digit = xml[(at + name.Length)..].TrimStart("=\"'> \t\r\n"u8) is [var first, ..] ? first - '0' : 0;
        return Checked((uint)digit);
    }

    /// <summary>Whether upright rows are stored as columns.</summary>
    public static bool SwapsSides(int orientation) => orientation >= 5;

    /// <summary>
    /// Where the pixels of the upright picture are stored: (y, x) at pixel Origin + y · Down + x · Right of the
    /// stored picture, whose size is <paramref name="stored"/>.
    /// </summary>
    public static (int Origin, int Down, int Right) Walk(int orientation, PictureSize stored)
    {
        int width = stored.Width;
        int lastRow = (stored.Height - 1) * width;
        int lastColumn = width - 1;
        return orientation switch
        {
            1 => (0, width, 1),
            2 => (lastColumn, width, -1),
            3 => (lastRow + lastColumn, -width, -1),
            4 => (lastRow, -width, 1),
            5 => (0, 1, width),
            6 => (lastRow, 1, -width),
            7 => (lastRow + lastColumn, -1, -width),
            8 => (lastColumn, -1, width),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "An orientation is 1 to 8."),
        };
    }

    private static int Checked(uint value) => value is >= 1 and <= 8 ? (int)value : Upright;
}
