using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;

namespace IlgpuStyle.App.Bulk;

/// <summary>The pictures of <c>stylize</c> with many contents, or with one style at a time.</summary>
internal static class FolderJobs
{
    /// <summary>The word of <c>--start</c> for frames.</summary>
    private const string Previous = "previous";

    private static readonly string[] OfOnePicture = ["--log", "--show-edges", .. ViewOptions.Names];

    /// <summary>The jobs, style by style, each style's contents in the order of their names.</summary>
    /// <param name="options">Those that were given, each with its values.</param>
    /// <param name="isSharded">Whether not all of them are made.</param>
    /// <param name="styles">The same of <c>--style</c>, to be taken one at a time; null where they are mixed.</param>
    /// <exception cref="UsageException">Options do not go together.</exception>
    /// <exception cref="InputFileException">There are no contents.</exception>
    public static PictureJob[] Of(string[][] options, bool isSharded, IReadOnlyList<StyleArgument>? styles)
    {
        string content = Value("--content")!;
        string folder = Value("--output")!;
        string[] contents = ContentFolder.IsMany(content) ? ContentFolder.Pictures(content) : [content];
        if (OfOnePicture.FirstOrDefault(name => options.Any(option => option[0] == name)) is { } name)
            throw new UsageException($"{name} is of one picture: leave it out for a batch.");
        if (ContentFolder.IsPictureName(folder) && !Directory.Exists(folder))
        {
            throw new UsageException(
                $"--output '{folder}' must be a folder for several pictures, not a picture's name.");
        }
        bool areFrames = Value("--start") == Previous;
        if (areFrames && isSharded)
            throw new UsageException("--start previous goes from frame to frame: leave out --shard.");
        string[][] common = [.. options.Where(option => option[0] is not ("--content" or "--output")
            && !(areFrames && option[0] == "--start"))];
        var jobs = new List<PictureJob>();
        for (int style = 0; style < (styles?.Count ?? 1); style++)
        {
            string[][] own = styles is null
                ? common
                : [.. common.Select(option => OfStyle(option, style, styles.Count))];
            string place = styles is null
                ? folder
                : Path.Combine(folder, Path.GetFileNameWithoutExtension(styles[style].Path));
            DistinctFiles.Require(
                [new NamedFile("--content", contents[0])], [new NamedFile("--output", In(place, contents[0]))]);
            OutputFolder.Create("--output", place);
            jobs.AddRange(contents.Select((path, i) => new PictureJob(
                styles is null ? path : $"{path} in {styles[style].Path}",
                [["--content", path], ["--output", In(place, path)], .. own],
                areFrames && i > 0)));
        }
        return [.. jobs];

        static string In(string folder, string path) => Path.Combine(folder, Path.GetFileName(path));

        string? Value(string name) => options.FirstOrDefault(option => option[0] == name)?[1];
    }

    /// <summary>The values that belong to a style, of options that have one for each.</summary>
    private static string[] OfStyle(string[] option, int style, int styles) =>
        option[0] is "--style" or "--style-scale" or "--style-mask" && option.Length == styles + 1
            ? [option[0], option[style + 1]]
            : option;
}
