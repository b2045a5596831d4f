using System.Text;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Images;

/// <summary>What a file is that is neither PNG nor JPEG, by how it starts.</summary>
internal static class OtherFormats
{
    /// <summary>How much of a file tells its format.</summary>
    public const int StartBytes = 32;

    /// <summary>Signatures, a letter a byte; ? stands for any.</summary>
    private static readonly (string Signature, string Name)[] Pictures =
    [
        ("GIF8", "GIF"),
        ("RIFF????WEBP", "WebP"),
        ("????ftypavif", "AVIF"),
        ("????ftypavis", "AVIF"),
        ("????ftyphei", "HEIC"),
        ("????ftyphev", "HEIC"),
        ("????ftypmif1", "HEIC or AVIF"),
        ("????ftypmsf1", "HEIC or AVIF"),
        ("????ftypcrx", "camera's raw (CR3)"),
        ("????ftyp", "video"),
        ("II*\0????????CR", "camera's raw (CR2)"),
        ("II*\0", "TIFF or a camera's raw"),
        ("MM\0*", "TIFF or a camera's raw"),
        ("II+\0", "BigTIFF"),
        ("MM\0+", "BigTIFF"),
        ("IIU\0", "camera's raw (RW2)"),
        ("IIRO", "camera's raw (ORF)"),
        ("FUJIFILMCCD-RAW", "camera's raw (RAF)"),
        ("8BPS", "Photoshop"),
        ("gimp xcf", "GIMP"),
        ("\0\0\0\fJXL ", "JPEG XL"),
        ("\xFF\n", "JPEG XL"),
        ("\0\0\0\fjP  ", "JPEG 2000"),
        ("\xFFO\xFFQ", "JPEG 2000"),
        ("\x8AMNG", "MNG"),
        ("\x8BJNG", "JNG"),
        ("v/1\x01", "OpenEXR"),
        ("#?RADIANCE", "Radiance HDR"),
        ("#?RGBE", "Radiance HDR"),
        ("P1\n", "PBM"), ("P2\n", "PGM"), ("P3\n", "PPM"), ("P4\n", "PBM"), ("P5\n", "PGM"), ("P6\n", "PPM"),
        ("P7\n", "PAM"),
        ("DDS ", "DDS"),
        ("qoif", "QOI"),
        ("\0\0\x01\0", "icon"),
        ("SIMPLE  =", "FITS"),
        ("%PDF", "PDF"),
        ("%!PS", "PostScript"),
        ("<svg", "SVG"),
        ("BM", "BMP"),
    ];

    /// <summary>Files that hold no picture, and what to do.</summary>
    private static readonly (string Signature, string Sentence)[] NoPictures =
    [
        ("<!doctype html", "is a web page; download the picture that it shows"),
        ("<html", "is a web page; download the picture that it shows"),
        ("version https://git-lfs", "is Git LFS's note of a file; get the file itself (git lfs pull)"),
        ("PK\x03\x04", "is an archive; unpack it first"),
        ("\x1F\x8B", "is an archive; unpack it first"),
        ("\x89HDF", "is an HDF5 file, as weights are"),
    ];

    /// <summary>Says what a file is, or that it is no picture.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="start">Its first <see cref="StartBytes"/>, or all of it.</param>
    public static InputFileException Refusal(string path, ReadOnlySpan<byte> start)
    {
        string text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, StartBytes)]);
        string? sentence = Pictures.Where(format => StartsWith(text, format.Signature))
            .Select(format => $"is a {format.Name} file; save it as PNG or JPEG first")
            .Concat(NoPictures.Where(kind => StartsWith(text.ToLowerInvariant(), kind.Signature.ToLowerInvariant()))
                .Select(kind => kind.Sentence))
            .FirstOrDefault();
        return new InputFileException(
            $"'{path}' {sentence ?? "is not a picture: it starts like neither a PNG nor a JPEG file"}.");
    }

    private static bool StartsWith(string text, string signature) =>
        text.Length >= signature.Length
        && signature.Zip(text).All(pair => pair.First == '?' || pair.First == pair.Second);
}
