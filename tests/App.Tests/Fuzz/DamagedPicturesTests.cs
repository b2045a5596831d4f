using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Fuzz;

/// <summary>Pictures damaged at random: each is read, or refused with a sentence.</summary>
[Trait("Category", "Fuzz")]
public class DamagedPicturesTests
{
    private static readonly byte[][] Pngs = Files(".png");
    private static readonly byte[][] Jpegs = Files(".jpg");

    [Fact]
    public void Png() => ReadAll(Pngs, DamagePng, seed: 1);

    [Fact]
    public void Jpeg() => ReadAll(Jpegs, DamageJpeg, seed: 2);

    private static void ReadAll(byte[][] files, Func<Random, byte[], byte[]> damage, int seed)
    {
        int read = 0;
        int refused = 0;
        int cases = Fuzzing.Cases(sample: 200, all: 5000);
        for (int i = 0; i < cases; i++)
        {
            var random = new Random((seed * 1_000_000) + i);
            byte[] file = damage(random, files[random.Next(files.Length)]);
            Fuzzing.Run(i, () => Read(file, ref read), exception =>
            {
                refused++;
                return exception is InputFileException;
            });
        }
        Assert.Equal(cases, read + refused);
        // Both happen, or the damage is none, or nothing else.
        Assert.InRange(read, cases / 50, cases);
        Assert.InRange(refused, cases / 10, cases);
    }

    private static void Read(byte[] file, ref int read)
    {
        Picture picture = Surroundings.ShowBehind(PictureFile.Decode("damaged", file));
        Assert.All(picture.Rgb, level => Assert.InRange(level, 0, 255));
        read++;
    }

    /// <summary>
    /// Bytes, chunks, or what the data are compressed from; mostly with checksums that are right again, so that damage
    /// reaches what they protect.
    /// </summary>
    private static byte[] DamagePng(Random random, byte[] file)
    {
        if (random.Next(4) == 0)
            return Fuzzing.Damage(random, file);
        List<(string Type, byte[] Content)> chunks = Chunks(file);
        int at = random.Next(chunks.Count);
        switch (random.Next(5))
        {
            case 0:
                chunks.RemoveAt(at);
                break;
            case 1:
                chunks.Insert(random.Next(chunks.Count), chunks[at]);
                break;
            case 2:
                int other = random.Next(chunks.Count);
                (chunks[at], chunks[other]) = (chunks[other], chunks[at]);
                break;
            case 3:
                chunks[at] = (chunks[at].Type, Fuzzing.Damage(random, chunks[at].Content));
                break;
            default:
                byte[] rows = Inflate(
                    [.. chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Content)]);
                int first = chunks.FindIndex(chunk => chunk.Type == "IDAT");
                chunks.RemoveAll(chunk => chunk.Type == "IDAT");
                chunks.Insert(first, ("IDAT", Deflate(Fuzzing.Damage(random, rows))));
                break;
        }
        return [.. PngHeader.Signature, .. chunks.SelectMany(chunk => PngHeader.Chunk(chunk.Type, chunk.Content))];
    }

    /// <summary>Bytes, or segments, which are damaged, left out, doubled and exchanged.</summary>
    private static byte[] DamageJpeg(Random random, byte[] file)
    {
        if (random.Next(3) == 0)
            return Fuzzing.Damage(random, file);
        List<byte[]> segments = Segments(file);
        int at = random.Next(segments.Count);
        int other = random.Next(segments.Count);
        switch (random.Next(4))
        {
            case 0:
                segments.RemoveAt(at);
                break;
            case 1:
                segments.Insert(other, segments[at]);
                break;
            case 2:
                (segments[at], segments[other]) = (segments[other], segments[at]);
                break;
            default:
                // Its length stays, so that what follows is still found.
                byte[] damaged = Fuzzing.Damage(random, segments[at]);
                segments[at] = [.. segments[at].Take(4), .. damaged.Skip(4), .. new byte[
                    Math.Max(0, segments[at].Length - Math.Max(4, damaged.Length))]];
                break;
        }
        return [.. segments.SelectMany(segment => segment)];
    }

    private static byte[][] Files(string ending) =>
    [
        .. Fixture.Cases("pictures").Select(name => Fixture.Open("pictures", name).PathOf($"picture{ending}"))
            .Where(File.Exists).Select(File.ReadAllBytes),
    ];

    private static List<(string Type, byte[] Content)> Chunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (int position = 8; position < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(position));
            chunks.Add((Encoding.Latin1.GetString(png, position + 4, 4), png[(position + 8)..(position + 8 + length)]));
            position += length + 12;
        }
        return chunks;
    }

    /// <summary>Each from its marker to the next, entropy-coded data with the scan's header before them.</summary>
    private static List<byte[]> Segments(byte[] jpeg)
    {
        int[] starts =
        [
            .. Enumerable.Range(0, jpeg.Length - 1)
                .Where(i => jpeg[i] == 0xFF && jpeg[i + 1] is >= 0xC0 and not (>= 0xD0 and <= 0xD7) and not 0xFF),
            jpeg.Length,
        ];
        return [.. starts.Zip(starts.Skip(1), (start, end) => jpeg[start..end])];
    }

    private static byte[] Inflate(byte[] data)
    {
        using var source = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        source.CopyTo(rows);
        return rows.ToArray();
    }

    private static byte[] Deflate(byte[] rows)
    {
        using var data = new MemoryStream();
        using (var target = new ZLibStream(data, CompressionLevel.Fastest))
            target.Write(rows);
        return data.ToArray();
    }
}
