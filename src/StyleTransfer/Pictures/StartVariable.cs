using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>The first value of the optimised variable.</summary>
internal static class StartVariable
{
    private const float MidGrey = 127.5f;

    /// <summary>The recipe's start, in the variable's units.</summary>
    /// <exception cref="ArgumentException">
    /// The recipe needs a start picture of the content's size and has none.
    /// </exception>
    public static float[] Create(Recipe recipe, ScalePictures pictures, int seed)
    {
        float[] variable = PictureVariable.FromLevels(Picture(recipe.Start.Kind, pictures), recipe.Space);
        if (recipe.Start.NoiseLevels > 0)
        {
            double deviation = recipe.Start.NoiseLevels * PictureVariable.UnitsPerLevel(recipe.Space);
            var noise = new GaussianGenerator((ulong)seed);
            for (int i = 0; i < variable.Length; i++)
                variable[i] += (float)(deviation * noise.NextGaussian());
        }
        return variable;
    }

    private static RgbPicture Picture(StartKind kind, ScalePictures pictures)
    {
        RgbPicture content = pictures.Content;
        switch (kind)
        {
            case StartKind.Content:
                return content;
            case StartKind.Noise:
                return Uniform(content, Preprocess.MeanBgr[2], Preprocess.MeanBgr[1], Preprocess.MeanBgr[0]);
            case StartKind.Grey:
                return Uniform(content, MidGrey, MidGrey, MidGrey);
            case StartKind.Style:
            case StartKind.Picture:
                RgbPicture start = pictures.Start
                    ?? throw new ArgumentException($"A run that starts from '{kind}' needs that picture.");
                return start.Height == content.Height && start.Width == content.Width
                    ? start
                    : throw new ArgumentException(
                        $"The start picture is {start.Width}×{start.Height}, but the content is "
                        + $"{content.Width}×{content.Height}.");
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static RgbPicture Uniform(RgbPicture size, float red, float green, float blue)
    {
        float[] values = new float[size.Values.Length];
        for (int i = 0; i < values.Length; i += 3)
            (values[i], values[i + 1], values[i + 2]) = (red, green, blue);
        return new RgbPicture(size.Height, size.Width, values);
    }
}
