using System.Buffers.Binary;
using System.Text;

namespace IlgpuStyle.App.Images;

/// <summary>A text of this program's in a picture file: a chunk of a PNG, a comment of a JPEG.</summary>
/// <remarks>
/// Source: PNG specification, third edition, 11.3.3.4 (iTXt); ITU-T T.81, B.2.4.5 (COM).
/// </remarks>
internal static class PictureText
{
    private const string Keyword = "IlgpuStyle";
    private const byte Comment = 0xFE;
    private const byte StartOfScan = 0xDA;

    /// <summary>What a JPEG's segment holds at most, behind its length.</summary>
    private const int LargestSegment = 65533;

    private static readonly byte[] CommentStart = Encoding.ASCII.GetBytes($"{Keyword}\n");

    /// <summary>Between keyword and text: not compressed, of no language, no translated keyword.</summary>
    private static readonly byte[] ChunkStart = [.. Encoding.ASCII.GetBytes(Keyword), 0, 0, 0, 0, 0];

    /// <summary>The PNG file with the text behind its header.</summary>
    public static byte[] InPng(byte[] png, string text) =>
    [
        .. png[..PngHeader.HeaderEnd],
        .. PngHeader.Chunk("iTXt", [.. ChunkStart, .. Encoding.UTF8.GetBytes(text)]),
        .. png[PngHeader.HeaderEnd..],
    ];

    /// <summary>The JPEG file with the text behind its first segment, which must be JFIF's.</summary>
    /// <exception cref="ArgumentException">The text is longer than a comment can be.</exception>
    public static byte[] InJpeg(byte[] jpeg, string text)
    {
        byte[] content = [.. CommentStart, .. Encoding.UTF8.GetBytes(text)];
        if (content.Length > LargestSegment)
            throw new ArgumentException($"A comment of {content.Length} bytes fits no JPEG.", nameof(text));
        int end = 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(4));
        byte[] header = [0xFF, Comment, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(content.Length + 2));
        return [.. jpeg[..end], .. header, .. content, .. jpeg[end..]];
    }

    /// <summary>The text of a PNG or JPEG file; null where it has none of ours, whatever else it is.</summary>
    public static string? Read(ReadOnlySpan<byte> file) =>
        file.StartsWith(PngHeader.Signature) ? FromPng(file[PngHeader.Signature.Length..])
        : file.StartsWith(JpegHeader.Signature) ? FromJpeg(file[2..])
        : null;

    private static string? FromPng(ReadOnlySpan<byte> chunks)
    {
        const int overhead = 12;
        while (chunks.Length >= overhead)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (length > chunks.Length - overhead)
                return null;
            ReadOnlySpan<byte> content = chunks.Slice(8, (int)length);
            if (chunks.Slice(4, 4).SequenceEqual("iTXt"u8) && content.StartsWith(ChunkStart))
                return Encoding.UTF8.GetString(content[ChunkStart.Length..]);
            chunks = chunks[((int)length + overhead)..];
        }
        return null;
    }

    private static string? FromJpeg(ReadOnlySpan<byte> segments)
    {
        while (segments.Length >= 4 && segments[0] == 0xFF && segments[1] != StartOfScan)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(segments[2..]);
            if (length < 2 || length > segments.Length - 2)
                return null;
            ReadOnlySpan<byte> content = segments.Slice(4, length - 2);
            if (segments[1] == Comment && content.StartsWith(CommentStart))
                return Encoding.UTF8.GetString(content[CommentStart.Length..]);
            segments = segments[(length + 2)..];
        }
        return null;
    }
}
