using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Pictures;

/// <summary>RGB levels of 0..255 to the optimised variable's units and back.</summary>
internal static class PictureVariable
{
    /// <summary>The variable of a picture.</summary>
    public static float[] FromLevels(RgbPicture picture, PictureSpace space)
    {
        float[] rgb = picture.Values;
        float[] variable = new float[rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            for (int c = 0; c < 3; c++)
            {
                variable[i + c] = space == PictureSpace.UnitRgb
                    ? rgb[i + c] / 255
                    : rgb[i + 2 - c] - Preprocess.MeanBgr[c];
            }
        }
        return variable;
    }

    /// <summary>
    /// The picture of a variable, whose array becomes the picture's; levels outside 0..255 are left as they are.
    /// </summary>
    public static RgbPicture ToLevels(float[] variable, int height, int width, PictureSpace space)
    {
        for (int i = 0; i < variable.Length; i += 3)
        {
            Span<float> pixel = variable.AsSpan(i, 3);
            if (space == PictureSpace.MeanSubtractedBgr)
                pixel.Reverse();
            for (int c = 0; c < 3; c++)
            {
                pixel[c] = space == PictureSpace.UnitRgb
                    ? pixel[c] * 255
                    : pixel[c] + Preprocess.MeanBgr[2 - c];
            }
        }
        return new RgbPicture(height, width, variable);
    }

    /// <summary>Units of the variable in one level of 0..255.</summary>
    public static double UnitsPerLevel(PictureSpace space) => space == PictureSpace.UnitRgb ? 1.0 / 255 : 1;

    /// <summary>Keeps a variable on the host in the displayable range.</summary>
    public static void Clamp(float[] variable, PictureSpace space)
    {
        (float[] low, float[] high) = DisplayableRange(space);
        for (int i = 0; i < variable.Length; i++)
            variable[i] = Math.Clamp(variable[i], low[i % 3], high[i % 3]);
    }

    /// <summary>The displayable range of each channel in the variable's units.</summary>
    public static (float[] Low, float[] High) DisplayableRange(PictureSpace space) => space == PictureSpace.UnitRgb
        ? ([0, 0, 0], [1, 1, 1])
        : ([.. Preprocess.MeanBgr.Select(mean => -mean)], [.. Preprocess.MeanBgr.Select(mean => 255 - mean)]);
}
