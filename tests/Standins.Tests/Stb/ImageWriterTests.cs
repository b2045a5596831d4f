using StbImageSharp;
using StbImageWriteSharp;
using ColorComponents = StbImageWriteSharp.ColorComponents;

namespace IlgpuStyle.Standins.Tests.Stb;

public class ImageWriterTests
{
    [Theory]
    [InlineData(1, 1, ColorComponents.Grey)]
    [InlineData(5, 3, ColorComponents.GreyAlpha)]
    [InlineData(37, 23, ColorComponents.RedGreenBlue)]
    [InlineData(2, 200, ColorComponents.RedGreenBlueAlpha)]
    [InlineData(401, 307, ColorComponents.RedGreenBlueAlpha)]
    public void Png_comes_back_bit_for_bit(int width, int height, ColorComponents components)
    {
        byte[] samples = RandomSamples(width * height * (int)components);
        MemoryStream stream = new();
        new ImageWriter().WritePng(samples, width, height, components, stream);

        ImageResult result = ImageResult.FromMemory(stream.ToArray());
        Assert.Equal((width, height, (int)components), (result.Width, result.Height, (int)result.Comp));
        Assert.Equal(samples, result.Data);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 23)]
    [InlineData(16, 401)]
    public void Jpeg_comes_back_close(int width, int height)
    {
        byte[] samples = new byte[width * height * 3];
        for (int i = 0; i < samples.Length; i++)
        {
            int pixel = i / 3;
            samples[i] = (byte)(128 + (100 * Math.Sin(((pixel % width) + (i % 3 * (pixel / width))) / 9.0)));
        }
        MemoryStream stream = new();
        new ImageWriter().WriteJpg(samples, width, height, ColorComponents.RedGreenBlue, stream, 95);

        ImageResult result = ImageResult.FromMemory(stream.ToArray());
        Assert.Equal((width, height, 3), (result.Width, result.Height, (int)result.Comp));
        for (int i = 0; i < samples.Length; i++)
        {
            Assert.InRange(result.Data[i] - samples[i], -8, 8); // quality 95 quantises in steps of up to 10
        }
    }

    [Fact]
    public void Lower_jpeg_quality_makes_a_smaller_file()
    {
        byte[] samples = RandomSamples(64 * 64 * 3);
        long[] lengths = [.. new[] { 95, 60, 10 }.Select(quality =>
        {
            MemoryStream stream = new();
            new ImageWriter().WriteJpg(samples, 64, 64, ColorComponents.RedGreenBlue, stream, quality);
            return stream.Length;
        })];
        Assert.True(lengths[0] > lengths[1] && lengths[1] > lengths[2], string.Join(", ", lengths));
    }

    [Fact]
    public void Too_few_samples_and_bad_sizes_are_refused()
    {
        ImageWriter writer = new();
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => writer.WritePng(new byte[11], 2, 2, ColorComponents.RedGreenBlue, Stream.Null));
        Assert.Contains("12 bytes, not 11", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => writer.WriteJpg(new byte[12], 0, 2, ColorComponents.RedGreenBlue, Stream.Null, 95));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => writer.WritePng(new byte[12], 2, -1, ColorComponents.RedGreenBlue, Stream.Null));
        Assert.Throws<NotSupportedException>(
            () => writer.WriteJpg(new byte[16], 2, 2, ColorComponents.RedGreenBlueAlpha, Stream.Null, 95));
    }

    private static byte[] RandomSamples(int count)
    {
        byte[] samples = new byte[count];
        new Random(count).NextBytes(samples);
        return samples;
    }
}
