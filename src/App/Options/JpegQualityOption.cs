using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Options;

/// <summary><c>--jpeg-quality</c>.</summary>
internal static class JpegQualityOption
{
    private const string Name = "--jpeg-quality";

    public static Option<int?> Create() => Numbers.Whole(
        Name,
        $"JPEG quality of the saved pictures, 1 to 100; up to 90, colours are kept at half the resolution. Default: "
            + $"{PictureFile.DefaultJpegQuality}.",
        least: 1, most: 100).About(Subject.Result);

    /// <summary>Refuses a quality for a PNG.</summary>
    /// <exception cref="UsageException">The output is one.</exception>
    public static void RequireFor(int? quality, string output)
    {
        if (quality is not null && PictureFile.IsPng(output))
        {
            throw new UsageException(
                $"{Name} {quality} is for JPEG, but '{output}' will be a PNG, which loses nothing: leave it out, or "
                + "name a file that ends in .jpg.");
        }
    }
}
