using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Text;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Options;

/// <summary><c>--start</c>: what the optimisation starts from.</summary>
internal static class StartOption
{
    /// <summary>Noise of a preset that has none of its own, in levels of 0..255: neural-style's.</summary>
    private const double DefaultNoise = 0.001;

    /// <summary>The starts that need no file, by their words.</summary>
    private static readonly Dictionary<string, StartKind> Starts = Enum.GetValues<StartKind>()
        .Where(kind => kind != StartKind.Picture)
        .ToDictionary(kind => Words.Naming.ConvertName(kind.ToString()));

    private static readonly string Described = Words.List([.. Starts.Keys, "a picture file"]);

    public static Option<double?> CreateNoise() => Numbers.Real(
        "--noise",
        "Standard deviation of the normal noise that is added to the start, from 0 to 255, in levels of 0..255. "
            + "Default: the preset's; with --start 0, but 0.001 for --start noise.",
        least: 0, most: 255).About(Subject.Pictures);

    public static Option<string?> Create() => new Option<string?>("--start")
    {
        Description = $"What to start from: {Described}; for a folder of frames, previous is the result before. "
            + "Default: the preset's.",
        HelpName = string.Join('|', [.. Starts.Keys, "FILE"]),
        Validators = { PathOption.NotEmpty },
        CompletionSources = { Starts.Keys.ToArray(), PathOption.Pattern },
    }.About(Subject.Pictures);

    /// <summary>The recipe with this start and noise.</summary>
    public static Recipe Apply(Recipe recipe, string? start, double? noise)
    {
        StartPicture kept = recipe.Start;
        if (start is not null)
        {
            StartKind kind = IsFile(start) ? StartKind.Picture : Starts[start];
            kept = new StartPicture(kind, kind == StartKind.Noise ? NoiseOf(recipe) : 0);
        }
        return recipe with { Start = noise is { } levels ? kept with { NoiseLevels = levels } : kept };
    }

    /// <summary>Whether the value is none of the words.</summary>
    public static bool IsFile(string start) => !Starts.ContainsKey(start);

    /// <summary>The picture to start from; null where the recipe starts from none of its own.</summary>
    /// <exception cref="InputFileException">The value is none of the words and no picture file.</exception>
    /// <exception cref="UsageException">The recipe wants a picture, but none is named.</exception>
    public static Picture? LoadPicture(Recipe recipe, string? start, Action<string> tell) => recipe.Start.Kind switch
    {
        not StartKind.Picture => null,
        _ when start is null || !IsFile(start) => throw new UsageException(
            "start.kind picture needs --start FILE, the picture to start from."),
        _ when !Path.Exists(start) => throw new InputFileException(
            $"'{start}' {MissingFile.Reason(start)}: --start takes {Described}."),
        _ => PictureFile.LoadVisible(start, recipe.SmallestSide(), tell),
    };

    private static double NoiseOf(Recipe recipe) =>
        recipe.Start.NoiseLevels > 0 ? recipe.Start.NoiseLevels : DefaultNoise;
}
