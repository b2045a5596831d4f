using IlgpuStyle.Testing;
using StbImageSharp;

namespace IlgpuStyle.Standins.Tests.Stb;

public class ImageResultTests
{
    /// <summary>Pillow and we may use different releases of libjpeg-turbo, whose decoders agree to one level.</summary>
    private const int JpegTolerance = 1;

    public static TheoryData<string> Pictures => [.. Fixture.Cases("pictures")];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Decodes_to_the_samples_as_stored(string name)
    {
        Fixture fixture = Fixture.Open("pictures", name);
        bool jpeg = name.StartsWith("jpeg", StringComparison.Ordinal);
        ImageResult result = ImageResult.FromMemory(
            File.ReadAllBytes(fixture.PathOf(jpeg ? "picture.jpg" : "picture.png")));

        bool rotated = name.Contains("rotated", StringComparison.Ordinal)
            || name.Contains("orientation", StringComparison.Ordinal);
        Assert.Equal((23, 37), (result.Height, result.Width));
        Assert.Equal(result.SourceComp, result.Comp);
        Assert.Equal(23 * 37 * (int)result.Comp, result.Data.Length);
        if (rotated)
        {
            return; // orientation is the program's business; the upright samples are compared there
        }
        double[] rgb = fixture["rgb"].Values;
        bool hasAlpha = File.Exists(fixture.PathOf("alpha.npy"));
        bool grey = name.Contains("grey", StringComparison.Ordinal);
        Assert.Equal((grey ? 1 : 3) + (hasAlpha ? 1 : 0), (int)result.Comp);
        int tolerance = jpeg ? JpegTolerance : 0;
        for (int pixel = 0; pixel < 23 * 37; pixel++)
        {
            ReadOnlySpan<byte> samples = result.Data.AsSpan(pixel * (int)result.Comp, (int)result.Comp);
            for (int channel = 0; channel < 3; channel++)
                Assert.InRange(samples[grey ? 0 : channel] - rgb[(pixel * 3) + channel], -tolerance, tolerance);
            if (hasAlpha)
                Assert.Equal(fixture["alpha"].Values[pixel], samples[^1]);
        }
    }

    [Fact]
    public void Refuses_what_is_no_picture() =>
        Assert.Equal(
            "unknown image type",
            Assert.Throws<InvalidOperationException>(() => ImageResult.FromMemory("hello"u8.ToArray())).Message);

    [Fact]
    public void Refuses_conversions() =>
        Assert.Throws<NotSupportedException>(() => ImageResult.FromMemory([], ColorComponents.RedGreenBlueAlpha));

    [Theory]
    [InlineData("png_rgb8", "picture.png")]
    [InlineData("jpeg_420", "picture.jpg")]
    public void Refuses_a_file_that_stops_within_its_header(string name, string fileName)
    {
        byte[] file = File.ReadAllBytes(Fixture.Open("pictures", name).PathOf(fileName));
        foreach (int length in new[] { 8, 12, 20 })
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(
                () => ImageResult.FromMemory(file[..length]));
            Assert.NotEmpty(error.Message);
        }
    }
}
