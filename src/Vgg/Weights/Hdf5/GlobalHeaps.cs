using System.Buffers.Binary;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>Looks through the collections in which an HDF5 file keeps its texts.</summary>
/// <remarks>
/// libhdf5 (1.10) goes from object to object by their sizes, and where a damaged one leads nowhere, for ever. Source:
/// HDF5 File Format Specification 3.0, III.E.
/// </remarks>
internal static class GlobalHeaps
{
    private const int HeaderBytes = 16;
    private const int BlockBytes = 1 << 20;

    private static ReadOnlySpan<byte> Start => [(byte)'G', (byte)'C', (byte)'O', (byte)'L', 1, 0, 0, 0];

    /// <summary>Whether in every collection each object ends before the collection does.</summary>
    public static bool AreSound(Stream file)
    {
        byte[] block = new byte[BlockBytes + HeaderBytes];
        for (long from = 0; from < file.Length; from += BlockBytes)
        {
            file.Position = from;
            Span<byte> read = block.AsSpan(0, file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false));
            for (int at = 0; read[at..].IndexOf(Start) is >= 0 and var next; at += next + Start.Length)
            {
                if (at + next < BlockBytes && !IsSound(file, from + at + next))
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// A collection: signature, version, size; then objects: index, references, size, and the data, which end at a
    /// multiple of eight bytes. Index 0 is what is free behind them, its header counted in its size.
    /// </summary>
    private static bool IsSound(Stream file, long start)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        file.Position = start;
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
            return false;
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        if (size < HeaderBytes || size > (ulong)(file.Length - start))
            return false;
        ulong left = size - HeaderBytes;
        while (left >= HeaderBytes)
        {
            file.Position = start + (long)(size - left);
            file.ReadExactly(header);
            ulong data = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            bool isFree = BinaryPrimitives.ReadUInt16LittleEndian(header) == 0;
            if (isFree ? data == 0 || data > left : data > left - HeaderBytes)
                return false;
            left -= Math.Min(left, isFree ? data : HeaderBytes + ((data + 7) / 8 * 8));
        }
        return true;
    }
}
