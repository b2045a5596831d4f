using System.Buffers.Binary;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>
/// Walks through the chunks of a PNG file without decoding it: size, orientation, and whether it is whole.
/// </summary>
/// <remarks>
/// Decoders differ in what they make of a file that is cut off or damaged, so that is decided here.
/// Source: PNG specification, third edition, 5.3 (chunk layout), 11.2.1 (IHDR), 11.3.2.7 (eXIf), D (CRC).
/// </remarks>
internal static class PngHeader
{
    private const int ChunkOverheadBytes = 12; // length, type, CRC

    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Checks the whole file.</summary>
    /// <exception cref="InputFileException">Truncated, damaged or too large.</exception>
    public static PictureFileHeader Read(string path, ReadOnlySpan<byte> file)
    {
        PictureSize? size = null;
        int orientation = ExifOrientation.Upright;
        int position = Signature.Length;
        while (file.Length - position >= ChunkOverheadBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            ReadOnlySpan<byte> type = file.Slice(position + 4, 4);
            if (length > file.Length - position - ChunkOverheadBytes)
                break;
            ReadOnlySpan<byte> data = file.Slice(position + 8, (int)length);
            if (Crc(file.Slice(position + 4, (int)length + 4))
                != BinaryPrimitives.ReadUInt32BigEndian(file[(position + 8 + (int)length)..]))
            {
                throw PictureFileHeader.Damaged(path, $"the checksum of the PNG chunk at byte {position} is wrong");
            }
            if (size is null)
            {
                if (!type.SequenceEqual("IHDR"u8) || length != 13)
                    throw PictureFileHeader.Damaged(path, "a PNG file starts with an IHDR chunk, this one does not");
                size = PictureFileHeader.RequireReadable(
                    path, BinaryPrimitives.ReadUInt32BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data));
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                orientation = ExifOrientation.Read(data);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return new PictureFileHeader(size.Value, orientation);
            }
            position += (int)length + ChunkOverheadBytes;
        }
        throw PictureFileHeader.Truncated(path, "PNG", file.Length);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
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
