using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Images;

/// <summary>A mask for a style as it comes from a file: resized to each scale with an antialiasing filter.</summary>
internal sealed class MaskPicture
{
    private readonly string _file;

    /// <summary>The mask as a grey picture, 0 to 255.</summary>
    private readonly Picture _grey;

    private MaskPicture(string file, PictureSize size, float[] levels)
    {
        _file = file;
        float[] rgb = new float[levels.Length * 3];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = levels[i / 3];
        _grey = new Picture(size, rgb);
    }

    /// <summary>The mask of a picture's mean of red, green and blue: of a grey picture, its levels.</summary>
    public static MaskPicture FromGrey(string file, Picture picture)
    {
        float[] levels = new float[picture.Size.Pixels];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = (picture.Rgb[3 * i] + picture.Rgb[3 * i + 1] + picture.Rgb[3 * i + 2]) / 3;
        return new MaskPicture(file, picture.Size, levels);
    }

    /// <summary>The mask of a picture's opacity.</summary>
    /// <exception cref="InputFileException">The picture has no transparency.</exception>
    public static MaskPicture FromAlpha(string file, Picture picture) => new(
        file, picture.Size, picture.Alpha ?? throw new InputFileException(
            $"--style-mask alpha needs a content picture with transparency, but '{file}' has none."));

    /// <summary>The mask in a size, levels of 0..255 as 0..1.</summary>
    /// <exception cref="InputFileException">It is black everywhere.</exception>
    public StyleMask InSize(PictureSize size)
    {
        float[] rgb = Resampling.Resize(_grey, size, ResamplingFilter.Bilinear).Rgb;
        float[] values = new float[size.Pixels];
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.Clamp(rgb[3 * i] / 255, 0, 1);
        return Array.TrueForAll(values, value => value == 0)
            ? throw new InputFileException(
                $"The mask of '{_file}' is black everywhere at {size}: it leaves its style no place.")
            : new StyleMask(size.Height, size.Width, values);
    }
}
