using System.CommandLine;
using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Commands;

/// <summary><c>--start</c>: what the optimisation starts from.</summary>
internal static class StartOption
{
    /// <summary>Noise of a preset that has none of its own, in levels of 0..255: neural-style's.</summary>
    private const double DefaultNoise = 0.001;

    public static Option<double?> CreateNoise() => Numbers.Real(
        "--noise",
        "Standard deviation of the normal noise that is added to the start, in levels of 0..255. Default: the "
            + "preset's; with --start 0, but 0.001 for --start noise.",
        least: 0);

    public static Option<string?> Create() => new("--start")
    {
        Description = "What to start from: content, noise, style, grey or a picture file. Default: the preset's.",
        HelpName = "content|noise|style|grey|FILE",
        Validators = { PathOption.NotEmpty },
    };

    /// <summary>The recipe with this start and noise, and the picture where it is a file.</summary>
    /// <exception cref="InputFileException">The value is none of the words and no picture file.</exception>
    public static (Recipe Recipe, Picture? Picture) Apply(Recipe recipe, string? start, double? noise, int minimumSide)
    {
        (recipe, Picture? picture) = WithStart(recipe, start, minimumSide);
        return noise is { } levels
            ? (recipe with { Start = recipe.Start with { NoiseLevels = levels } }, picture)
            : (recipe, picture);
    }

    private static (Recipe Recipe, Picture? Picture) WithStart(
        Recipe recipe, string? start, int minimumSide) => start switch
        {
            null => (recipe, null),
            "content" => (recipe with { Start = new StartPicture(StartKind.Content) }, null),
            "noise" => (recipe with { Start = new StartPicture(StartKind.Noise, NoiseOf(recipe)) }, null),
            "style" => (recipe with { Start = new StartPicture(StartKind.Style) }, null),
            "grey" => (recipe with { Start = new StartPicture(StartKind.Grey) }, null),
            _ when !Path.Exists(start) => throw new InputFileException(
                $"'{start}' does not exist: --start takes content, noise, style, grey or a picture file."),
            _ => (recipe with { Start = new StartPicture(StartKind.Picture) }, PictureFile.Load(start, minimumSide)),
        };

    private static double NoiseOf(Recipe recipe) =>
        recipe.Start.NoiseLevels > 0 ? recipe.Start.NoiseLevels : DefaultNoise;
}
