using System.Buffers.Binary;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>
/// Walks through the markers of a JPEG file without decoding it: size, orientation, kind, and whether it is whole.
/// </summary>
/// <remarks>
/// Decoders differ in what they make of a file that is cut off, and of CMYK without Adobe's marker, so that is
/// decided here. Source: ITU-T T.81, annex B; T.872, 6.5.3 (Adobe's APP14); EXIF 2.32, 4.5.4 (APP1).
/// </remarks>
internal static class JpegHeader
{
    private const byte BaselineFrame = 0xC0;
    private const byte ProgressiveFrame = 0xC2;
    private const byte HuffmanTables = 0xC4;
    private const byte JpegExtensions = 0xC8;
    private const byte ArithmeticConditioning = 0xCC;
    private const byte LastFrame = 0xCF;
    private const byte FirstRestart = 0xD0;
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte App1 = 0xE1;
    private const byte App14 = 0xEE;

    /// <summary>The first bytes of every JPEG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0xFF, StartOfImage, 0xFF];

    /// <summary>Checks the whole file.</summary>
    /// <exception cref="InputFileException">Truncated, damaged, too large, or of a kind that is not read.</exception>
    public static PictureFileHeader Read(string path, ReadOnlySpan<byte> file)
    {
        PictureSize? size = null;
        int components = 0;
        bool adobe = false;
        int? orientation = null;
        int position = 2;
        while (TryFindMarker(file, ref position, out byte marker))
        {
            if (marker == EndOfImage)
            {
                return new PictureFileHeader(
                    RequireComplete(path, size, components, adobe), orientation ?? ExifOrientation.Upright);
            }
            if (file.Length - position < 2)
                break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[position..]);
            if (length < 2)
                throw PictureFileHeader.Damaged(path, $"the JPEG segment at byte {position} has length {length}");
            if (length > file.Length - position)
                break;
            ReadOnlySpan<byte> segment = file.Slice(position + 2, length - 2);
            if (size is null && marker is >= BaselineFrame and <= LastFrame
                and not (HuffmanTables or JpegExtensions or ArithmeticConditioning))
            {
                (size, components) = ReadFrame(path, marker, segment);
            }
            else if (marker == App1 && orientation is null && segment.StartsWith("Exif\0\0"u8))
            {
                orientation = ExifOrientation.Read(segment[6..]);
            }
            else if (marker == App14 && segment.StartsWith("Adobe"u8))
            {
                adobe = true;
            }
            position += length;
        }
        throw PictureFileHeader.Truncated(path, "JPEG", file.Length);
    }

    /// <summary>
    /// Moves behind the next marker that is no restart marker: over entropy-coded data, where 255 is followed by 0,
    /// and over fill bytes.
    /// </summary>
    private static bool TryFindMarker(ReadOnlySpan<byte> file, ref int position, out byte marker)
    {
        while (true)
        {
            int prefix = file[position..].IndexOf((byte)0xFF);
            int code = prefix < 0 ? -1 : file[(position + prefix)..].IndexOfAnyExcept((byte)0xFF);
            if (code < 0)
            {
                marker = 0;
                return false;
            }
            position += prefix + code + 1;
            marker = file[position - 1];
            if (marker is not (0x00 or 0x01 or (>= FirstRestart and <= StartOfImage)))
                return true;
        }
    }

    private static (PictureSize Size, int Components) ReadFrame(string path, byte marker, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6)
            throw PictureFileHeader.Damaged(path, "its JPEG frame header is too short");
        int precision = segment[0];
        int components = segment[5];
        if (marker > ProgressiveFrame || precision != 8 || components is not (1 or 3 or 4))
        {
            throw new InputFileException(
                $"'{path}' is a rare kind of JPEG (frame type {marker - BaselineFrame}, {precision} bits, "
                + $"{components} components); baseline and progressive ones with 8 bits and 1, 3 or 4 components "
                + "are read: save it again as such.");
        }
        PictureSize size = PictureFileHeader.RequireReadable(
            path,
            BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        return (size, components);
    }

    private static PictureSize RequireComplete(string path, PictureSize? size, int components, bool adobe)
    {
        if (size is null)
            throw PictureFileHeader.Damaged(path, "the JPEG file has no frame header");
        if (components == 4 && !adobe)
        {
            throw new InputFileException(
                $"'{path}' is a CMYK JPEG without the Adobe marker that says how its inks are stored; "
                + "convert it to RGB first.");
        }
        return size.Value;
    }
}
