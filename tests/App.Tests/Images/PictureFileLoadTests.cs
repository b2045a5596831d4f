using System.Buffers.Binary;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Images;

public sealed class PictureFileLoadTests : IDisposable
{
    /// <summary>
    /// JPEG decoders differ in how they interpolate chroma: StbImageSharp 2.30.15 is 4 off libjpeg-turbo here.
    /// </summary>
    private const int JpegTolerance = 5;

    /// <summary>
    /// Of colours halved in columns alone, StbImageSharp 2.30 makes the last column with the weights of its two
    /// neighbours exchanged.
    /// </summary>
    private const int HalvedColumnsTolerance = 15;

    /// <summary>16-bit samples may be rounded or cut to bytes.</summary>
    private const int SixteenBitTolerance = 1;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ilgpustyle-tests-");

    public static TheoryData<string> Pictures => [.. Fixture.Cases("pictures")];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Loads_upright_rgb_and_alpha(string name)
    {
        Fixture fixture = Fixture.Open("pictures", name);
        Picture picture = PictureFile.Load(FixturePath(name), 1);

        NpyFile rgb = fixture["rgb"];
        Assert.Equal(rgb.Shape, (int[])[picture.Size.Height, picture.Size.Width, 3]);
        int tolerance = name == "jpeg_422" ? HalvedColumnsTolerance
            : name.StartsWith("jpeg", StringComparison.Ordinal) ? JpegTolerance
            : name.EndsWith("16", StringComparison.Ordinal) ? SixteenBitTolerance
            : 0;
        Closeness.Within(rgb.Values, picture.Rgb, tolerance);
        bool hasAlpha = File.Exists(fixture.PathOf("alpha.npy"));
        Assert.Equal(hasAlpha, picture.Alpha is not null);
        if (hasAlpha)
            Closeness.Within(fixture["alpha"].Values, picture.Alpha!, tolerance);
    }

    [Fact]
    public void The_content_decides_the_format_not_the_name()
    {
        string path = Path.Combine(_folder.FullName, "really-a-jpeg.png");
        File.Copy(FixturePath("jpeg_420"), path);
        Assert.Equal(new PictureSize(23, 37), PictureFile.Load(path, 1).Size);
    }

    [Fact]
    public void The_first_of_two_orientations_counts()
    {
        byte[] file = File.ReadAllBytes(FixturePath("jpeg_orientation6"));
        (int start, int end) = Exif(file);
        byte[] other = File.ReadAllBytes(FixturePath("jpeg_orientation3"));
        (int otherStart, int otherEnd) = Exif(other);
        string path = Write("two.jpg", [.. file[..end], .. other[otherStart..otherEnd], .. file[end..]]);
        Assert.NotEqual(file[start..end], other[otherStart..otherEnd]);
        Assert.Equal(PictureFile.Load(FixturePath("jpeg_orientation6"), 1).Rgb, PictureFile.Load(path, 1).Rgb);

        static (int Start, int End) Exif(byte[] jpeg)
        {
            int start = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xE1]);
            return (start, start + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(start + 2)));
        }
    }

    [Fact]
    public void Missing_file() => AssertRefused(Path.Combine(_folder.FullName, "none.png"), "does not exist");

    [Fact]
    public void Missing_folder() => AssertRefused(Path.Combine(_folder.FullName, "no", "none.png"), "does not exist");

    [Fact]
    public void Folder() => AssertRefused(_folder.FullName, "is a folder");

    [Fact]
    public void Empty_file() => AssertRefused(Write("empty.png", []), "is empty");

    /// <summary>A hole in the file takes no room on the disk.</summary>
    [Fact]
    public void Larger_than_an_array()
    {
        string path = Write("large.png", PngHeader.Signature.ToArray());
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(3_000_000_000);
        AssertRefused(path, "is too large: 3000000000 bytes, where up to 2147483591 are read.");
    }

    [Fact]
    public void Text_renamed() =>
        AssertRefused(Write("text.png", "not a picture at all"u8), "starts like neither a PNG nor a JPEG file");

    [Theory]
    [InlineData("GIF89a....", "is a GIF file")]
    [InlineData("RIFF....WEBPVP8 ", "is a WebP file")]
    [InlineData("....ftypheic", "is a HEIC, AVIF or video file")]
    [InlineData("x", "starts like neither")]
    public void Other_formats(string start, string expected) =>
        AssertRefused(Write("other.jpg", System.Text.Encoding.Latin1.GetBytes(start)), expected);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_cut_is_found(string name)
    {
        byte[] file = File.ReadAllBytes(FixturePath(name));
        for (int length = 8; length < file.Length; length += Math.Max(1, file.Length / 40))
            AssertRefused(Write("cut.png", file.AsSpan(0, length)), "is truncated");
        // Also within a last chunk's length, type and checksum.
        for (int length = file.Length - 20; length < file.Length; length++)
            AssertRefused(Write("cut.png", file.AsSpan(0, length)), "is truncated");
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Changed_bytes_never_end_in_another_exception(string name)
    {
        byte[] file = File.ReadAllBytes(FixturePath(name));
        Random random = new(file.Length);
        int refused = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] damaged = [.. file];
            for (int i = 0; i < 3; i++)
                damaged[random.Next(2, file.Length)] = (byte)random.Next(256);
            try
            {
                PictureFile.Load(Write("damaged.png", damaged), 1);
            }
            catch (InputFileException)
            {
                refused++;
            }
        }
        Assert.True(refused > 0);
    }

    [Fact]
    public void Damaged_png()
    {
        byte[] file = File.ReadAllBytes(FixturePath("png_rgb8"));
        file[^30] ^= 1;
        AssertRefused(Write("damaged.png", file), "is damaged: the checksum");
    }

    [Fact]
    public void Too_small_for_the_caller()
    {
        string path = Write("small.png", File.ReadAllBytes(FixturePath("png_rgb8")));
        Assert.Equal(new PictureSize(23, 37), PictureFile.Load(path, 23).Size);
        AssertRefused(path, "is too small: 37×23 pixels, where each side must have at least 24", minimumSide: 24);
    }

    [Fact]
    public void Huge_png_header_is_refused_before_decoding()
    {
        byte[] file = PngBytes.WithSides(File.ReadAllBytes(FixturePath("png_rgb8")), 40_000)[..33];
        AssertRefused(Write("huge.png", file), "is too large: 40000×40000 pixels, where up to 100 million are read");
    }

    [Fact]
    public void Huge_jpeg_header_is_refused_before_decoding()
    {
        byte[] file = File.ReadAllBytes(FixturePath("jpeg_420"));
        int frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), 40_000);
        AssertRefused(Write("huge.jpg", file), "is too large: 40000×40000 pixels");
    }

    [Theory]
    [InlineData(0xC9, "frame type 9")] // arithmetic coding
    [InlineData(0xC3, "frame type 3")] // lossless
    public void Rare_kinds_of_jpeg(byte frameMarker, string expected)
    {
        byte[] file = File.ReadAllBytes(FixturePath("jpeg_420"));
        int frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        file[frame + 1] = frameMarker;
        AssertRefused(Write("rare.jpg", file), expected);
    }

    [Fact]
    public void Cmyk_without_the_marker_that_says_how_it_is_stored()
    {
        byte[] file = File.ReadAllBytes(FixturePath("jpeg_cmyk"));
        file[file.AsSpan().IndexOf("Adobe"u8)] = (byte)'X';
        AssertRefused(Write("cmyk.jpg", file), "is a CMYK JPEG without the Adobe marker");
    }

    private static string FixturePath(string name) => Fixture.Open("pictures", name)
        .PathOf(name.StartsWith("jpeg", StringComparison.Ordinal) ? "picture.jpg" : "picture.png");

    private static void AssertRefused(string path, string expected, int minimumSide = 1)
    {
        InputFileException error = Assert.Throws<InputFileException>(() => PictureFile.Load(path, minimumSide));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{path}' ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
