using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

public class SurroundingsTests
{
    private static readonly PictureSize Size = new(37, 53);

    [Fact]
    public void Hidden_colors_do_not_count()
    {
        float[] alpha = Disc();
        Picture[] alike =
        [
            .. ((int[])[0, 1, 2]).Select(seed =>
            {
                var random = new Random(seed);
                float[] rgb = [.. Enumerable.Range(0, (int)Size.Pixels * 3).Select(
                    i => alpha[i / 3] == 0 ? random.Next(256) : i % 200)];
                return Surroundings.ShowBehind(new Picture(Size, rgb, alpha));
            }),
        ];
        Assert.Equal(alike[0].Rgb, alike[1].Rgb);
        Assert.Equal(alike[0].Rgb, alike[2].Rgb);
        Assert.Same(alpha, alike[0].Alpha);
    }

    /// <summary>Where all that is visible is of one colour, nothing else is behind it, at any opacity.</summary>
    [Fact]
    public void One_color_goes_on()
    {
        float[] alpha = Disc();
        float[] rgb = [.. Enumerable.Range(0, (int)Size.Pixels * 3).Select(
            i => alpha[i / 3] == 0 ? 255 : 40f + (60 * (i % 3)))];
        float[] shown = Surroundings.ShowBehind(new Picture(Size, rgb, alpha)).Rgb;
        for (int i = 0; i < shown.Length; i++)
            Assert.Equal(40 + (60 * (i % 3)), shown[i], 1e-3f);
    }

    /// <summary>Left red, right blue, a gap between: behind it, red becomes blue on the way.</summary>
    [Fact]
    public void A_gap_goes_from_one_side_to_the_other()
    {
        var size = new PictureSize(8, 64);
        float[] alpha = [.. Enumerable.Range(0, 8 * 64).Select(i => i % 64 is < 16 or >= 48 ? 255f : 0f)];
        float[] rgb = [.. Enumerable.Range(0, 8 * 64 * 3).Select(i => i / 3 % 64 < 32 == (i % 3 == 0) ? 200f : 20f)];
        float[] shown = Surroundings.ShowBehind(new Picture(size, rgb, alpha)).Rgb;
        for (int x = 0; x < 63; x++)
        {
            Assert.InRange(shown[3 * (x + 1)] - shown[3 * x], -60, 0);
            Assert.InRange(shown[(3 * (x + 1)) + 2] - shown[(3 * x) + 2], 0, 60);
        }
    }

    [Fact]
    public void Half_transparent_colors_are_mixed_with_what_is_behind()
    {
        var size = new PictureSize(1, 2);
        float[] shown = Surroundings.ShowBehind(
            new Picture(size, [100, 100, 100, 200, 200, 200], [255f, 51])).Rgb;
        Assert.Equal(100, shown[0]);
        // A fifth of its own; behind it the mean by opacity, (100 + 0.2 * 200) / 1.2.
        Assert.Equal((0.2f * 200) + (0.8f * 140 / 1.2f), shown[3], 1e-3f);
    }

    [Fact]
    public void A_picture_that_shows_nothing_is_grey() =>
        Assert.All(
            Surroundings.ShowBehind(new Picture(Size, new float[Size.Pixels * 3], new float[Size.Pixels])).Rgb,
            level => Assert.Equal(127.5f, level));

    [Fact]
    public void An_opaque_picture_stays()
    {
        Picture picture = new(Size, new float[Size.Pixels * 3]);
        Assert.Same(picture, Surroundings.ShowBehind(picture));
        float[] rgb = [.. Enumerable.Range(0, (int)Size.Pixels * 3).Select(i => (float)(i % 256))];
        float[] full = new float[Size.Pixels];
        Array.Fill(full, 255);
        Assert.Equal(rgb, Surroundings.ShowBehind(new Picture(Size, rgb, full)).Rgb);
    }

    private static float[] Disc() => [.. Enumerable.Range(0, (int)Size.Pixels).Select(i =>
    {
        double distance = Math.Sqrt(Math.Pow((i / Size.Width) - 18, 2) + Math.Pow((i % Size.Width) - 25, 2));
        return (float)Math.Clamp(255 * (14 - distance), 0, 255);
    })];
}
