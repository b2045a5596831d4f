using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Images;

public class ResamplingTests
{
    /// <summary>
    /// Pillow and we sum in double and store floats between the passes: a few units of the last place at 255.
    /// </summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Sizes => [.. Fixture.Cases("resampling")];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nearest_as_pillow(string name) => Check(name, ResamplingFilter.Nearest, "nearest", 0);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bilinear_as_pillow(string name) => Check(name, ResamplingFilter.Bilinear, "bilinear", Tolerance);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bicubic_as_pillow(string name) => Check(name, ResamplingFilter.Bicubic, "bicubic", Tolerance);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bilinear_without_antialiasing_as_pytorch(string name) =>
        Check(name, ResamplingFilter.BilinearWithoutAntialiasing, "bilinear_without_antialiasing", Tolerance);

    [Fact]
    public void Nearest_picks_pillows_pixel_for_many_pairs_of_lengths()
    {
        Fixture fixture = Fixture.Open("nearest", "picks");
        double[] lengths = fixture["lengths"].Values;
        double[] picks = fixture["picks"].Values;
        int next = 0;
        for (int pair = 0; pair < lengths.Length; pair += 2)
        {
            int length = (int)lengths[pair];
            float[] ramp = new float[length * 3];
            for (int i = 0; i < length; i++)
            {
                ramp[i * 3] = i % 256;
                ramp[(i * 3) + 1] = i / 256;
            }
            Picture picked = Resampling.Resize(
                new Picture(new PictureSize(1, length), ramp),
                new PictureSize(1, (int)lengths[pair + 1]),
                ResamplingFilter.Nearest);
            for (int i = 0; i < picked.Size.Width; i++, next++)
            {
                float actual = picked.Rgb[i * 3] + (256 * picked.Rgb[(i * 3) + 1]);
                Assert.True(
                    actual == picks[next],
                    $"{length} to {picked.Size.Width}, pixel {i}: {actual}, expected {picks[next]}");
            }
        }
        Assert.Equal(picks.Length, next);
    }

    [Fact]
    public void A_picture_of_that_size_is_not_resampled()
    {
        Picture picture = new(new PictureSize(2, 1), [1, 2, 3, 4, 5, 6]);
        foreach (ResamplingFilter filter in Enum.GetValues<ResamplingFilter>())
            Assert.Same(picture, Resampling.Resize(picture, new PictureSize(2, 1), filter));
    }

    [Fact]
    public void Overshoot_is_clipped()
    {
        float[] rgb = [.. Enumerable.Range(0, 12).SelectMany(i => Enumerable.Repeat(i < 6 ? 0f : 255f, 3))];
        Picture enlarged = Resampling.Resize(
            new Picture(new PictureSize(1, 12), rgb), new PictureSize(1, 40), ResamplingFilter.Bicubic);
        Assert.All(enlarged.Rgb, sample => Assert.InRange(sample, 0f, 255f));
    }

    /// <summary>What a viewer shows over black is the same, resized before or behind.</summary>
    [Theory]
    [InlineData(ResamplingFilter.Bilinear)]
    [InlineData(ResamplingFilter.Bicubic)]
    [InlineData(ResamplingFilter.BilinearWithoutAntialiasing)]
    [InlineData(ResamplingFilter.Nearest)]
    public void Colors_weigh_as_much_as_they_are_visible(ResamplingFilter filter)
    {
        var random = new Random(3);
        PictureSize size = new(24, 31);
        float[] rgb = [.. Enumerable.Range(0, (int)size.Pixels * 3).Select(_ => (float)random.Next(256))];
        float[] alpha = [.. Enumerable.Range(0, (int)size.Pixels).Select(
            i => i % 31 < 12 ? 0 : (float)random.Next(256))];
        Picture resized = Resampling.Resize(new Picture(size, rgb, alpha), new PictureSize(11, 17), filter);

        float[] shown = [.. rgb.Select((level, i) => level * alpha[i / 3] / 255)];
        Picture expected = Resampling.Resize(new Picture(size, shown), new PictureSize(11, 17), filter);
        Closeness.Within(
            Array.ConvertAll(expected.Rgb, level => (double)level),
            [.. resized.Rgb.Select((level, i) => level * resized.Alpha![i / 3] / 255)],
            // Overshoot is clipped before in one, behind in the other; what is hidden counts as nothing.
            filter == ResamplingFilter.Bicubic ? 1 : 1e-3);
        Assert.All(resized.Rgb, level => Assert.InRange(level, 0, 255));
    }

    private static void Check(string name, ResamplingFilter filter, string expectedName, double tolerance)
    {
        Fixture fixture = Fixture.Open("resampling", name);
        NpyFile source = fixture["picture"];
        NpyFile expected = fixture[expectedName];
        PictureSize size = new(source.Shape[0], source.Shape[1]);
        PictureSize newSize = new(expected.Shape[0], expected.Shape[1]);
        Picture opaque = new(size, ToSingle(Channels(source, 0, 3)));
        float[] alpha = ToSingle(Channels(source, 3, 1));
        Closeness.Within(Channels(expected, 0, 3), Resampling.Resize(opaque, newSize, filter).Rgb, tolerance);
        Closeness.Within(
            Channels(expected, 3, 1), Resampling.Resize(new Picture(size, opaque.Rgb, alpha), newSize, filter).Alpha!,
            tolerance);
    }

    private static double[] Channels(NpyFile file, int first, int count) =>
        [.. file.Values.Where((_, i) => i % 4 >= first && i % 4 < first + count)];

    private static float[] ToSingle(double[] values) => Array.ConvertAll(values, value => (float)value);
}
