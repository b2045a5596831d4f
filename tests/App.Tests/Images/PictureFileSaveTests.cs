using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

public sealed class PictureFileSaveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ilgpustyle-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Png_keeps_every_sample(bool withAlpha)
    {
        Picture picture = RandomPicture(new PictureSize(19, 31), withAlpha);
        PictureFile.Save(picture, PathOf("out.png"));
        Picture loaded = PictureFile.Load(PathOf("out.png"), 1);

        Assert.Equal(picture.Size, loaded.Size);
        Assert.Equal(picture.Rgb, loaded.Rgb);
        Assert.Equal(picture.Alpha, loaded.Alpha);
        Assert.Equal(["out.png"], FileNames());
    }

    [Fact]
    public void Samples_are_rounded_and_clipped()
    {
        PictureFile.Save(new Picture(new PictureSize(1, 1), [-7.5f, 300f, 127.6f]), PathOf("out.png"));
        Assert.Equal([0f, 255f, 128f], PictureFile.Load(PathOf("out.png"), 1).Rgb);
    }

    [Theory]
    [InlineData("out.jpg")]
    [InlineData("OUT.JPEG")]
    public void Jpeg_is_close_and_opaque(string name)
    {
        PictureSize size = new(24, 40);
        float[] rgb = new float[size.Pixels * 3];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = MathF.Round(128 + (100 * MathF.Sin(i / 150f)));
        float[] alpha = new float[size.Pixels];
        PictureFile.Save(new Picture(size, rgb, alpha), PathOf(name));
        Picture loaded = PictureFile.Load(PathOf(name), 1);

        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(PathOf(name)).Take(2));
        Assert.Null(loaded.Alpha);
        for (int i = 0; i < rgb.Length; i++)
            Assert.InRange(loaded.Rgb[i] - rgb[i], -8, 8);
    }

    [Theory]
    [InlineData("out.png")]
    [InlineData("out.jpg")]
    public void Results_say_that_they_are_srgb(string name)
    {
        PictureFile.Save(RandomPicture(new PictureSize(9, 14), false), PathOf(name));
        byte[] file = File.ReadAllBytes(PathOf(name));
        if (name == "out.png")
        {
            Assert.Equal(33 + 4, file.AsSpan().IndexOf("sRGB"u8)); // The chunk behind IHDR.
        }
        else
        {
            int start = file.AsSpan().IndexOf("ICC_PROFILE\0"u8) + 14;
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start));
            IccProfile profile = IccProfile.Read(file[start..(start + length)], components: 3);
            Assert.Equal("sRGB", profile.Name);
            Assert.True(profile.Space!.IsSrgb);
        }
        var told = new List<string>();
        PictureFile.Load(PathOf(name), 1, told.Add);
        Assert.Empty(told);
    }

    [Fact]
    public void A_lower_quality_is_a_smaller_jpeg_and_the_same_png()
    {
        Picture picture = RandomPicture(new PictureSize(40, 50), false);
        foreach (string ending in (string[])["jpg", "png"])
        {
            PictureFile.Save(picture, PathOf($"high.{ending}"));
            PictureFile.Save(picture, PathOf($"low.{ending}"), jpegQuality: 30);
        }
        Assert.InRange(
            new FileInfo(PathOf("low.jpg")).Length, 1, new FileInfo(PathOf("high.jpg")).Length * 2 / 3);
        Assert.Equal(File.ReadAllBytes(PathOf("high.png")), File.ReadAllBytes(PathOf("low.png")));
    }

    [Fact]
    public void An_existing_file_is_replaced()
    {
        File.WriteAllText(PathOf("out.png"), "old");
        PictureFile.Save(RandomPicture(new PictureSize(3, 3), false), PathOf("out.png"));
        Assert.Equal(new PictureSize(3, 3), PictureFile.Load(PathOf("out.png"), 1).Size);
        Assert.Equal(["out.png"], FileNames());
    }

    [Fact]
    public void Checking_leaves_nothing_behind_and_touches_nothing()
    {
        PictureFile.CheckWritable(PathOf("new.png"));
        Assert.Empty(FileNames());
        File.WriteAllText(PathOf("old.jpg"), "old");
        PictureFile.CheckWritable(PathOf("old.jpg"));
        Assert.Equal("old", File.ReadAllText(PathOf("old.jpg")));
        Assert.Equal(["old.jpg"], FileNames());
    }

    [Theory]
    [InlineData("out.gif", "must end in .png, .jpg or .jpeg")]
    [InlineData("out", "must end in .png, .jpg or .jpeg")]
    [InlineData("no-such-folder/out.png", "there is no folder")]
    [InlineData("folder.png", "it is a folder")]
    [InlineData("read-only.png", "read-only")]
    public void Unwritable_paths_are_refused_early_and_late(string name, string expected)
    {
        Directory.CreateDirectory(PathOf("folder.png"));
        File.WriteAllText(PathOf("read-only.png"), "kept");
        File.SetAttributes(PathOf("read-only.png"), FileAttributes.ReadOnly);

        string path = PathOf(name);
        Picture picture = RandomPicture(new PictureSize(3, 3), false);
        Action[] attempts = [() => PictureFile.CheckWritable(path), () => PictureFile.Save(picture, path)];
        foreach (Action attempt in attempts)
        {
            OutputFileException error = Assert.Throws<OutputFileException>(attempt);
            Assert.StartsWith($"'{path}' cannot be written: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal("kept", File.ReadAllText(PathOf("read-only.png")));
        Assert.Equal(["folder.png", "read-only.png"], FileNames());
        File.SetAttributes(PathOf("read-only.png"), FileAttributes.Normal);
    }

    private static Picture RandomPicture(PictureSize size, bool withAlpha)
    {
        Random random = new(5);
        float[] rgb = [.. Enumerable.Range(0, (int)size.Pixels * 3).Select(_ => (float)random.Next(256))];
        float[]? alpha = withAlpha
            ? [.. Enumerable.Range(0, (int)size.Pixels).Select(_ => (float)random.Next(256))]
            : null;
        return new Picture(size, rgb, alpha);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string[] FileNames() =>
        [.. _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];
}
