using IlgpuStyle.App.Images;
using IlgpuStyle.App.Training;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Training;

public sealed class CropSamplerTests
{
    private const int Side = 16;

    /// <summary>Of other brightness each, so that crops tell where they are from.</summary>
    private static readonly Picture[] Pictures =
        [Grey(new PictureSize(40, 60), 60), Grey(new PictureSize(50, 30), 200)];

    [Fact]
    public void A_crop_belongs_to_its_number_and_seed()
    {
        float[] crop = new CropSampler(Pictures, Side, seed: 1).At(5).Values;
        Assert.Equal(3 * Side * Side, crop.Length);
        Assert.Equal(crop, new CropSampler(Pictures, Side, seed: 1).At(5).Values);
        Assert.NotEqual(crop, new CropSampler(Pictures, Side, seed: 1).At(6).Values);
        Assert.NotEqual(crop, new CropSampler(Pictures, Side, seed: 2).At(5).Values);
    }

    [Fact]
    public void Crops_are_levels_from_all_pictures()
    {
        var sampler = new CropSampler(Pictures, Side, seed: 1);
        float[][] crops = [.. Enumerable.Range(0, 200).Select(number => sampler.At(number).Values)];
        Assert.All(crops, crop => Assert.All(crop, level => Assert.InRange(level, 0, 255)));
        Assert.InRange(crops.Count(crop => crop.Average() < 128), 70, 130);
    }

    /// <summary>Of a picture that is red, less so green and blue, and redder at its right.</summary>
    [Fact]
    public void Crops_are_mirrored_and_have_their_colours_exchanged()
    {
        float[] rgb = [.. Enumerable.Range(0, 40 * 40).SelectMany(i => (float[])[150 + (i % 40), 100, 50])];
        var sampler = new CropSampler([new Picture(new PictureSize(40, 40), rgb)], Side, seed: 3);
        var seen = new HashSet<(bool IsMirrored, int Red, int Green)>();
        for (int number = 0; number < 300; number++)
        {
            float[] crop = sampler.At(number).Values;
            int[] channels = [.. Enumerable.Range(0, 3).OrderByDescending(c => crop[c])];
            int red = channels[0];
            seen.Add((crop[red] > crop[3 * (Side - 1) + red], red, channels[1]));
        }
        Assert.Equal(2 * 6, seen.Count);
    }

    /// <summary>Of a picture with stripes of 100 and 150, so wide that each crop has pixels of both.</summary>
    [Fact]
    public void Crops_have_more_or_less_contrast_and_brightness()
    {
        float[] rgb = [.. Enumerable.Range(0, 40 * 40).SelectMany(i => (float[])[Stripe(i), Stripe(i), Stripe(i)])];
        var sampler = new CropSampler([new Picture(new PictureSize(40, 40), rgb)], Side, seed: 3);
        float[][] crops = [.. Enumerable.Range(0, 300).Select(number => sampler.At(number).Values)];
        float[] contrasts = [.. crops.Select(crop => (crop.Max() - crop.Min()) / 50)];
        Assert.InRange(contrasts.Min(), 0.69, 0.75);
        Assert.InRange(contrasts.Max(), 1.25, 1.31);
        // 128 is the level that contrast leaves as it is.
        float[] shifts = [.. crops.Zip(contrasts, (crop, contrast) => crop.Min() - 128 + 28 * contrast)];
        Assert.InRange(shifts.Min(), -30.1, -27);
        Assert.InRange(shifts.Max(), 27, 30.1);

        static float Stripe(int pixel) => pixel % 40 / 10 % 2 == 0 ? 100 : 150;
    }

    private static Picture Grey(PictureSize size, double level)
    {
        var random = new Random(2);
        return new Picture(size, [.. random.Uniform(3 * size.Pixels, 5).Select(value => (float)(level + value))]);
    }
}
