using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;

namespace IlgpuStyle.App.Options;

/// <summary><c>--size</c>.</summary>
internal static class SizeOption
{
    public static Option<RequestedSize?> Create() => new Option<RequestedSize?>("--size")
    {
        Description = "Size of the result in pixels: N sets the preset's own dimension (height for keras, long side "
            + "elsewhere), WxH forces both. Default: the preset's.",
        HelpName = "N|WxH",
        CustomParser = result => Parse(result, result.Tokens[0].Value),
    }.About(Subject.Pictures, isNeededFirst: true);

    /// <summary>Several sizes, for a command that makes no run.</summary>
    public static Option<RequestedSize[]> CreateList() => new Option<RequestedSize[]>("--size")
    {
        Description = "Sizes in pixels: N sets the preset's own dimension (height for keras, long side elsewhere), WxH "
            + "forces both. Default: the preset's.",
        HelpName = "N|WxH",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
            [.. result.Tokens.Select(token => Parse(result, token.Value)).OfType<RequestedSize>()],
    }.About(Subject.Pictures, isNeededFirst: true);

    private static RequestedSize? Parse(ArgumentResult result, string text)
    {
        int[] sides = RequestedSize.ParseSides(text);
        if (sides.Length is not (1 or 2))
        {
            result.AddError(
                $"--size '{text}' is not a size: use N or WxH with whole numbers from 1 to {RequestedSize.Largest}, "
                + "such as 512 or 600x400.");
            return null;
        }
        return sides.Length == 1
            ? new RequestedSize(sides[0], null)
            : new RequestedSize(null, new PictureSize(sides[1], sides[0]));
    }
}
