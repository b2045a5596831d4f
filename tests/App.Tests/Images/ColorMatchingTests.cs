using IlgpuStyle.App.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Images;

public class ColorMatchingTests
{
    /// <summary>Results are computed in double and stored as floats up to 255.</summary>
    private const double Tolerance = 5e-5;

    public static TheoryData<string> Cases => [.. Fixture.Cases("color_matching")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Luminance(string name) => Check(name, ColorMatching.SwapLuminance, "luminance");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariance(string name) => Check(name, ColorMatching.MatchMeanAndCovariance, "covariance");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Histogram(string name) => Check(name, ColorMatching.MatchHistogram, "histogram");

    [Fact]
    public void A_picture_matched_with_itself_stays()
    {
        Picture picture = Open(Fixture.Open("color_matching", "bytes")["picture"]);
        foreach (Func<Picture, Picture, Picture> match in new Func<Picture, Picture, Picture>[]
        {
            ColorMatching.SwapLuminance, ColorMatching.MatchMeanAndCovariance, ColorMatching.MatchHistogram,
        })
        {
            AssertClose([.. picture.Rgb.Select(sample => (double)sample)], match(picture, picture).Rgb);
        }
    }

    [Fact]
    public void Reference_pictures_may_have_another_size_except_for_luminance()
    {
        Picture picture = new(new PictureSize(1, 2), [10, 20, 30, 40, 50, 60], [7, 8]);
        Picture flat = new(new PictureSize(1, 1), [100, 110, 120]);
        Assert.Throws<ArgumentException>(() => ColorMatching.SwapLuminance(picture, flat));
        foreach (Picture matched in new[]
        {
            ColorMatching.MatchMeanAndCovariance(picture, flat), ColorMatching.MatchHistogram(picture, flat),
        })
        {
            AssertClose([100, 110, 120, 100, 110, 120], matched.Rgb);
            Assert.Equal([7f, 8f], matched.Alpha!);
        }
    }

    [Fact]
    public void A_flat_picture_gets_the_mean()
    {
        Picture flat = new(new PictureSize(1, 2), [9, 9, 9, 9, 9, 9]);
        Picture reference = new(new PictureSize(1, 2), [0, 10, 20, 40, 30, 20]);
        AssertClose([20, 20, 20, 20, 20, 20], ColorMatching.MatchMeanAndCovariance(flat, reference).Rgb);
    }

    /// <summary>Across the grey axis only one sample of a hundred pixels varies, by a level.</summary>
    [Fact]
    public void A_level_of_noise_in_a_grey_picture_is_not_blown_up_into_colours()
    {
        float[] grey = [.. Enumerable.Range(0, 300).Select(i => (float)(80 + i / 3))];
        float[] noisy = [.. grey];
        noisy[150]++;
        var size = new PictureSize(10, 10);
        var random = new Random(4);
        // No channel of it varies by more than 30 levels on the average.
        var reference = new Picture(size, [.. Enumerable.Range(0, 300).Select(_ => (float)random.Next(78, 178))]);
        float[] expected = ColorMatching.MatchMeanAndCovariance(new Picture(size, grey), reference).Rgb;
        float[] actual = ColorMatching.MatchMeanAndCovariance(new Picture(size, noisy), reference).Rgb;
        Closeness.Within([.. expected.Select(level => (double)level)], actual, 30);
    }

    private static void Check(string name, Func<Picture, Picture, Picture> match, string expected)
    {
        Fixture fixture = Fixture.Open("color_matching", name);
        AssertClose(fixture[expected].Values, match(Open(fixture["picture"]), Open(fixture["reference"])).Rgb);
    }

    private static Picture Open(NpyFile file) => new(new PictureSize(file.Shape[0], file.Shape[1]), file.ToSingle());

    private static void AssertClose(double[] expected, float[] actual) =>
        Closeness.Within(expected, actual, Tolerance);
}
