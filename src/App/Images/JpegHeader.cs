using System.Buffers.Binary;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>
/// Walks through the markers of a JPEG file without decoding it: size, orientation, colours, kind, and whether it is
/// whole.
/// </summary>
/// <remarks>
/// Decoders differ in what they make of a file that is cut off, and of CMYK without Adobe's marker, so that is
/// decided here. Source: ITU-T T.81, annex B; T.872, 6.5.3 (Adobe's APP14); EXIF 2.32, 4.5.4 (APP1);
/// ICC.1:2022, B.4 (APP2).
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
    private const byte StartOfScan = 0xDA;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App14 = 0xEE;
    private const byte NearLosslessFrame = 0xF7;

    private static ReadOnlySpan<byte> ProfileStart => "ICC_PROFILE\0"u8;

    /// <summary>The first bytes of every JPEG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0xFF, StartOfImage, 0xFF];

    /// <summary>Checks the whole file.</summary>
    /// <exception cref="InputFileException">Truncated, damaged, too large, or of a kind that is not read.</exception>
    public static PictureFileHeader Read(string path, byte[] bytes)
    {
        ReadOnlySpan<byte> file = bytes;
        PictureSize? size = null;
        int components = 0;
        bool adobe = false;
        int? orientation = null;
        int? otherOrientation = null;
        var profile = new SortedDictionary<byte, byte[]>();
        // Of each component, the coefficients that a scan has brought to their last bit.
        var coefficients = new Dictionary<byte, ulong>();
        bool IsComplete() => size is not null && coefficients.Count == components
            && coefficients.Values.All(mask => mask == ulong.MaxValue);

        bool hasEnd = false;
        int end = file.Length;
        int position = 2;
        while (TryFindMarker(file, ref position, out byte marker))
        {
            hasEnd = marker == EndOfImage;
            if (hasEnd)
                break;
            int length = file.Length - position < 2
                ? int.MaxValue
                : BinaryPrimitives.ReadUInt16BigEndian(file[position..]);
            if (length < 2 && !IsComplete())
                throw PictureFileHeader.Damaged(path, $"the JPEG segment at byte {position} has length {length}");
            if (length < 2 || length > file.Length - position)
            {
                end = position - 2;
                break;
            }
            ReadOnlySpan<byte> segment = file.Slice(position + 2, length - 2);
            if (size is null && marker is >= BaselineFrame and <= LastFrame
                and not (HuffmanTables or JpegExtensions or ArithmeticConditioning))
            {
                (size, components) = ReadFrame(path, marker, segment);
            }
            else if (marker == NearLosslessFrame)
            {
                throw new InputFileException($"'{path}' is a JPEG-LS file; save it as PNG or baseline JPEG first.");
            }
            else if (marker == StartOfScan)
            {
                AddScan(coefficients, segment);
            }
            else if (marker == App1 && segment.StartsWith(ExifOrientation.BlockStart))
            {
                orientation ??= ExifOrientation.Read(segment[ExifOrientation.BlockStart.Length..]);
            }
            else if (marker == App1 && segment.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8))
            {
                otherOrientation ??= ExifOrientation.ReadXmp(segment);
            }
            else if (marker == App2 && segment.StartsWith(ProfileStart) && segment.Length > ProfileStart.Length + 2)
            {
                // Behind the start, the number of this part and that of all.
                profile.TryAdd(segment[ProfileStart.Length], segment[(ProfileStart.Length + 2)..].ToArray());
            }
            else if (marker == App14 && segment.StartsWith("Adobe"u8))
            {
                adobe = true;
            }
            position += length;
        }
        // The component that is stored at full size takes a bit for each 8×8 pixels at least.
        if ((!hasEnd && !IsComplete()) || size?.Pixels / 64 > 8L * file.Length)
            throw PictureFileHeader.Truncated(path, "JPEG", file.Length);
        IccProfile? icc = profile.Count == 0
            ? null
            : IccProfile.Read([.. profile.Values.SelectMany(part => part)], components);
        return new PictureFileHeader(
            RequireComplete(path, size, components, adobe),
            orientation ?? otherOrientation ?? ExifOrientation.Upright,
            hasEnd ? bytes : bytes[..end])
        {
            LacksEnd = !hasEnd,
            Colors = icc?.Space is { IsSrgb: false } space ? space : null,
            Notes =
            [
                .. hasEnd ? (string[])[] : ["its end marker is missing, but its pixels are there"],
                .. icc is null or { Space.IsSrgb: true } ? (string[])[] : [PictureFileHeader.NoteOf(icc)],
            ],
        };
    }

    /// <summary>
    /// Notes the coefficients of which a scan gives the last bit. Its header: a count of components, each with its
    /// tables; the first and the last coefficient; the bits that are left to later scans in the low half of a byte.
    /// </summary>
    private static void AddScan(Dictionary<byte, ulong> coefficients, ReadOnlySpan<byte> header)
    {
        int count = header.Length == 0 ? 0 : header[0];
        if (header.Length < 4 + (2 * count))
            return;
        (int first, int last, int bitsLeft) = (header[^3], header[^2], header[^1] & 15);
        ulong mask = bitsLeft > 0 || last > 63 || first > last
            ? 0
            : (ulong.MaxValue << first) & (ulong.MaxValue >> (63 - last));
        for (int i = 0; i < count; i++)
        {
            byte component = header[1 + (2 * i)];
            coefficients[component] = coefficients.GetValueOrDefault(component) | mask;
        }
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
