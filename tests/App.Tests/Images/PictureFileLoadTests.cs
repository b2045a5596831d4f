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

    /// <summary>littleCMS converts bytes to bytes.</summary>
    private const int ConvertedTolerance = 1;

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
            : name == "jpeg_icc" ? JpegTolerance + ConvertedTolerance
            : name.StartsWith("jpeg", StringComparison.Ordinal) ? JpegTolerance
            : name.EndsWith("16", StringComparison.Ordinal) ? SixteenBitTolerance
            : IsConverted(name) ? ConvertedTolerance
            : 0;
        Closeness.Within(rgb.Values, picture.Rgb, tolerance);
        bool hasAlpha = File.Exists(fixture.PathOf("alpha.npy"));
        Assert.Equal(hasAlpha, picture.Alpha is not null);
        if (hasAlpha)
            Closeness.Within(fixture["alpha"].Values, picture.Alpha!, tolerance);
    }

    /// <summary>A word on what was done or is missing; none on files that are as they should be.</summary>
    [Theory]
    [MemberData(nameof(Pictures))]
    public void Tells_what_is_not_as_usual(string name)
    {
        var told = new List<string>();
        PictureFile.Load(FixturePath(name), 1, told.Add);

        string[] expected = name switch
        {
            "png_icc_parametric" or "png_icc_table" or "png_icc_linear" or "png_icc_grey" or "jpeg_icc" =>
                ["colours are converted from its ICC profile 'own' to sRGB."],
            "png_gamma" =>
                ["its ICC profile is not applied: it is damaged.", "colours are converted from its gamma 1 to sRGB."],
            "png_gamma_points" => ["colours are converted from its gamma 1.8 to sRGB."],
            "png_cicp" => ["colours are converted from Display P3 to sRGB."],
            "png_forgiven" => [.. ((string[])["tEXt", "tIME", "IEND"]).Select(
                chunk => $"the checksum of its {chunk} chunk is wrong, so that chunk is ignored.")],
            _ when name.StartsWith("jpeg_no_end", StringComparison.Ordinal) =>
                ["its end marker is missing, but its pixels are there."],
            _ => [],
        };
        Assert.Equal(expected.Select(sentence => $"'{FixturePath(name)}': {sentence}"), told);
    }

    [Fact]
    public void A_profile_with_tables_is_named()
    {
        byte[] file = File.ReadAllBytes(FixturePath("jpeg_icc"));
        file[file.AsSpan().IndexOf("rTRC"u8)] = (byte)'x';
        var told = new List<string>();
        Picture picture = PictureFile.Decode("tables.jpg", file, tell: told.Add);
        Assert.Equal(
            ["'tables.jpg': its ICC profile 'own' is not applied: it has tables instead of a matrix."], told);
        Assert.NotEqual(PictureFile.Load(FixturePath("jpeg_icc"), 1).Rgb, picture.Rgb);
    }

    [Theory]
    [InlineData("IDAT")]
    [InlineData("IHDR")]
    [InlineData("PLTE")]
    [InlineData("tRNS")]
    public void A_wrong_checksum_where_pixels_depend_on_it(string chunk)
    {
        byte[] file = File.ReadAllBytes(FixturePath("png_palette_transparent"));
        int type = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(chunk));
        byte[] damaged = [.. file];
        damaged[type + 5] ^= 1;
        AssertRefused(Write("content.png", damaged), "is damaged: the checksum");
        damaged = [.. file];
        damaged[type] ^= 0x20; // Now named like a chunk that may be left out.
        AssertRefused(Write("name.png", damaged), "is damaged: ");
    }

    [Fact]
    public void A_png_of_apples_own()
    {
        byte[] file = File.ReadAllBytes(FixturePath("png_rgb8"));
        byte[] own = [.. file[..8], .. PngHeader.Chunk("CgBI", [0x50, 0, 0x20, 2]), .. file[8..]];
        AssertRefused(Write("cgbi.png", own), "is an iPhone-optimised PNG (CgBI)");
    }

    [Fact]
    public void A_png_without_its_last_chunk_is_whole()
    {
        byte[] file = File.ReadAllBytes(FixturePath("png_rgb8"));
        var told = new List<string>();
        Picture picture = PictureFile.Load(Write("endless.png", file.AsSpan(0, file.Length - 12)), 1, told.Add);
        Assert.Equal(PictureFile.Load(FixturePath("png_rgb8"), 1).Rgb, picture.Rgb);
        Assert.EndsWith("its end is missing, but its pixels are there.", Assert.Single(told), StringComparison.Ordinal);
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
    [InlineData("....ftypheic", "is a HEIC file; save it as PNG or JPEG first.")]
    [InlineData("....ftypavif", "is a AVIF file")]
    [InlineData("....ftypmp42", "is a video file")]
    [InlineData("II*\0.....", "is a TIFF or a camera's raw file")]
    [InlineData("MM\0*.....", "is a TIFF or a camera's raw file")]
    [InlineData("P6\n2 2", "is a PPM file")]
    [InlineData("\xFF\n", "is a JPEG XL file")]
    [InlineData("<!DOCTYPE HTML PUBLIC", "is a web page; download the picture that it shows.")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "is Git LFS's note of a file; get the file itself")]
    [InlineData("x", "starts like neither")]
    public void Other_formats(string start, string expected) =>
        AssertRefused(Write("other.jpg", System.Text.Encoding.Latin1.GetBytes(start)), expected);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_cut_is_found_that_costs_a_pixel(string name)
    {
        byte[] file = File.ReadAllBytes(FixturePath(name));
        Picture whole = PictureFile.Load(FixturePath(name), 1);
        // Also within a last chunk's length, type and checksum.
        int[] lengths =
        [
            .. Enumerable.Range(0, 40).Select(part => 8 + (part * (file.Length - 8) / 40)),
            .. Enumerable.Range(file.Length - 20, 20),
        ];
        int refused = 0;
        foreach (int length in lengths)
        {
            string path = Write("cut.png", file.AsSpan(0, length));
            try
            {
                Picture picture = PictureFile.Load(path, 1);
                // What stood behind the pixels may be gone: it turned them.
                if (picture.Size == whole.Size && !name.EndsWith("orientation3", StringComparison.Ordinal))
                    Assert.Equal(whole.Rgb, picture.Rgb);
            }
            catch (InputFileException)
            {
                AssertRefused(path, "is truncated");
                refused++;
            }
        }
        Assert.InRange(refused, 20, lengths.Length);
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

    private static bool IsConverted(string name) => name.StartsWith("png_icc", StringComparison.Ordinal)
        || name.StartsWith("png_gamma", StringComparison.Ordinal) || name == "png_cicp";

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
