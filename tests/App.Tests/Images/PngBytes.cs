using System.Buffers.Binary;

namespace IlgpuStyle.App.Tests.Images;

/// <summary>PNG files that say what is not so.</summary>
internal static class PngBytes
{
    /// <summary>The file with a valid header of another size.</summary>
    public static byte[] WithSides(byte[] png, int side)
    {
        byte[] changed = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(29), Crc32(changed.AsSpan(12, 17)));
        return changed;
    }

    /// <summary>Bit by bit, PNG specification, annex D.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
