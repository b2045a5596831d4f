using IlgpuStyle.App.Errors;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Images;

/// <summary>A mask for a style as it comes from a file: resized to each scale with an antialiasing filter.</summary>
internal sealed class MaskPicture
{
    private readonly string _file;
    private readonly PictureSize _size;

    /// <summary>0 to 255.</summary>
    private readonly float[] _levels;

    private MaskPicture(string file, PictureSize size, float[] levels)
    {
        _file = file;
        _size = size;
        _levels = levels;
    }

    /// <summary>
    /// The mask of a picture's mean of red, green and blue: of a grey picture, its levels. Where it is transparent, it
    /// is black.
    /// </summary>
    public static MaskPicture FromGrey(string file, Picture picture)
    {
        float[] levels = new float[picture.Size.Pixels];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = (picture.Rgb[3 * i] + picture.Rgb[3 * i + 1] + picture.Rgb[3 * i + 2]) / 3
                * (picture.Alpha is null ? 1 : picture.Alpha[i] / 255);
        }
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
        float[] values = Array.ConvertAll(
            Resampling.ResizePlane(_levels, _size, size, ResamplingFilter.Bilinear), level => level / 255);
        return Array.TrueForAll(values, value => value == 0)
            ? throw new InputFileException(
                $"The mask of '{_file}' is black everywhere at {size}: it leaves its style no place.")
            : new StyleMask(size.Height, size.Width, values);
    }
}
