using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Training;

/// <summary>
/// Draws the photographs that a network is trained on: square crops of a few pictures, mirrored, with more or less
/// contrast, some with their colours exchanged.
/// </summary>
/// <param name="pictures">What crops are taken from; at least one.</param>
/// <param name="side">Of a crop when it is drawn, in pixels.</param>
/// <param name="seed">Crops of another seed are others.</param>
internal sealed class CropSampler(IReadOnlyList<Picture> pictures, int side, int seed)
{
    /// <summary>Of a crop, relative to the picture's short side.</summary>
    private const double SmallestShare = 0.5;

    private const double LeastContrast = 0.7;
    private const double MostContrast = 1.3;

    /// <summary>Levels up or down.</summary>
    private const double MostBrightness = 30;

    private const float MiddleLevel = 128;

    /// <summary>Where a permutation takes red, green and blue from.</summary>
    private static readonly int[][] Permutations =
        [[1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]];

    /// <summary>The crop of a number from 0 on: the same for the same number.</summary>
    public RgbPicture At(int number)
    {
        var random = new GaussianGenerator(((ulong)(uint)seed << 32) | (uint)number);
        Picture picture = pictures[Below(pictures.Count)];
        int shortSide = picture.Size.ShortSide;
        int cropSide = Math.Max(1, (int)(shortSide * Between(SmallestShare, 1)));
        int top = Below(picture.Size.Height - cropSide + 1);
        int left = Below(picture.Size.Width - cropSide + 1);
        Picture crop = Resampling.Resize(
            Cut(picture, top, left, new PictureSize(cropSide, cropSide)), new PictureSize(side, side),
            ResamplingFilter.Bilinear);
        bool isMirrored = Below(2) == 1;
        float contrast = (float)Between(LeastContrast, MostContrast);
        float brightness = (float)Between(-MostBrightness, MostBrightness);
        int[] channels = Below(2) == 1 ? Permutations[Below(Permutations.Length)] : [0, 1, 2];
        return new RgbPicture(side, side, Changed(crop.Rgb, isMirrored, contrast, brightness, channels));

        int Below(int bound) => (int)(random.NextFraction() * bound);

        double Between(double low, double high) => low + (high - low) * random.NextFraction();
    }

    /// <summary>A part of a picture, without alpha.</summary>
    public static Picture Cut(Picture picture, int top, int left, PictureSize size)
    {
        float[] rgb = new float[3 * size.Pixels];
        for (int y = 0; y < size.Height; y++)
        {
            Array.Copy(
                picture.Rgb, 3 * ((top + y) * picture.Size.Width + left), rgb, 3 * y * size.Width, 3 * size.Width);
        }
        return new Picture(size, rgb);
    }

    private float[] Changed(float[] rgb, bool isMirrored, float contrast, float brightness, int[] channels)
    {
        float[] changed = new float[rgb.Length];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int from = 3 * (y * side + (isMirrored ? side - 1 - x : x));
                int to = 3 * (y * side + x);
                for (int c = 0; c < 3; c++)
                {
                    float level = (rgb[from + channels[c]] - MiddleLevel) * contrast + MiddleLevel + brightness;
                    changed[to + c] = Math.Clamp(level, 0, 255);
                }
            }
        }
        return changed;
    }
}
