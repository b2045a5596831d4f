using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>What is known of a picture file before its pixels are decoded.</summary>
/// <param name="Stored">Size as stored, before the orientation is applied.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8.</param>
/// <param name="Decodable">The file as the decoder takes it.</param>
internal sealed record PictureFileHeader(PictureSize Stored, int Orientation, byte[] Decodable)
{
    /// <summary>The most pixels that are read, 100 million: a decoded picture takes up to 20 bytes for each.</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>The colour space of the samples; null for sRGB.</summary>
    public ColorSpace? Colors { get; init; }

    /// <summary>Whether the file stops before its end marker: if all pixels are there, only decoding tells.</summary>
    public bool LacksEnd { get; init; }

    /// <summary>What the user is told of the file: sentences, without its name.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Refuses a size beyond <see cref="MaxPixels"/> as soon as it is known.</summary>
    /// <exception cref="InputFileException">Too many pixels, or none.</exception>
    public static PictureSize RequireReadable(string path, long height, long width)
    {
        if (height < 1 || width < 1)
            throw Damaged(path, $"its header says that it is {width}×{height} pixels");
        // Either side alone may exceed what an int holds.
        if (height > MaxPixels / width)
        {
            throw new InputFileException(
                $"'{path}' is too large: {width}×{height} pixels, where up to {MaxPixels / 1_000_000} million "
                + "are read; scale it down first.");
        }
        return new PictureSize((int)height, (int)width);
    }

    /// <summary>What is told of a profile.</summary>
    public static string NoteOf(IccProfile profile)
    {
        string name = profile.Name.Length == 0 ? "its ICC profile" : $"its ICC profile '{profile.Name}'";
        return profile.Refusal is { } refusal
            ? $"{name} is not applied: {refusal}"
            : $"colours are converted from {name} to sRGB";
    }

    /// <summary>A file that ends before its pixels do.</summary>
    public static InputFileException Truncated(string path, string format, int length) => new(
        $"'{path}' is truncated: the {format} data stop after {length} bytes, before their end; "
        + "copy or download the file again.");

    /// <summary>A file whose content contradicts itself or its format.</summary>
    public static InputFileException Damaged(string path, string fault, Exception? cause = null) => new(
        $"'{path}' is damaged: {fault}; copy or download the file again.", cause);
}
