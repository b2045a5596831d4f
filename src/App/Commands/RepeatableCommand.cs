using System.CommandLine;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Recipes;

namespace IlgpuStyle.App.Commands;

/// <summary>The command that made a picture, as the picture tells it and as it is repeated.</summary>
internal static class RepeatableCommand
{
    private const string Style = "--style";
    private const string Start = "--start";
    private const string Mask = "--style-mask";
    private const string Recipe = "--recipe";
    private const string Output = "--output";

    /// <summary>The options beside the recipe that a result depends on, but for those that always name a file.</summary>
    private static readonly string[] BesideRecipe =
    [
        "--style-scale", Mask, "--keep-colors", "--size", PictureOptions.WeightsName, "--seed", "--stretch",
        "--on-divergence",
    ];

    /// <summary>The options of <c>stylize</c> beside its recipe, words in capitals in the place of files.</summary>
    public static string[][] WithoutFiles(ParseResult parsed)
    {
        StyleArgument[] styles = parsed.GetRequiredValue<StyleArgument[]>(Style);
        return
        [
            ["--content", "CONTENT"],
            [
                Style, .. styles.Select((style, i) =>
                    (styles.Length == 1 ? "STYLE" : $"STYLE{i + 1}") + (style.Weight == 1 ? "" : $":{style.Weight}")),
            ],
            .. parsed.GetValue<string?>(Start) is { } start && StartOption.IsFile(start)
                ? (string[][])[[Start, PlaceOf(Start)]]
                : [],
            .. RecordedCommand.Of(parsed, []).Where(option => BesideRecipe.Contains(option[0]))
                .OrderBy(option => Array.IndexOf(BesideRecipe, option[0])).Select(option => (string[])
                [
                    option[0],
                    .. option[1..].Select(word => NamesFile(option[0], word) ? PlaceOf(option[0]) : word),
                ]),
        ];
    }

    /// <summary>The command line with what the picture tells of that it takes its recipe from, if it does.</summary>
    /// <remarks>Options that this program does not write there, and words that name files, are left out.</remarks>
    /// <exception cref="InputFileException">The picture has no recipe, or one of another version.</exception>
    public static ParseResult WithRecorded(ParseResult parsed)
    {
        if (parsed.GetValue<string?>(Recipe) is not { } picture || !RecipeTag.IsPicture(picture))
            return parsed;
        string[][] recorded =
        [
            .. RecipeTag.Load(picture).Command.Where(option => option.Length > 0 && BesideRecipe.Contains(option[0])
                && !option[1..].Any(word => word.StartsWith('-') || NamesFile(option[0], word))),
        ];
        ParseResult whole = RecordedCommand.Parse(
            parsed.CommandResult.Command, RecordedCommand.With(recorded, RecordedCommand.Of(parsed, [])));
        return whole.Errors is [var error, ..]
            ? throw new InputFileException($"'{picture}' is of a version with other options: {error.Message}")
            : whole;
    }

    /// <summary>
    /// What a user types to make the picture again: the command as it was given, or for a run that has gone on from a
    /// checkpoint with the recipe that the picture holds.
    /// </summary>
    public static string Again(ParseResult parsed, bool isResumed)
    {
        string output = parsed.GetRequiredValue<string>(Output);
        string[][] instead = isResumed
            ? [[Recipe, output], [Output, Path.ChangeExtension(output, $".again{Path.GetExtension(output)}")]]
            : [];
        return RecordedCommand.ToLine(RecordedCommand.With(
            RecordedCommand.Of(parsed, [], [QuietOption.Name, .. ViewOptions.Names]), instead));
    }

    private static bool NamesFile(string option, string word) => option switch
    {
        PictureOptions.WeightsName => WeightsOption.IsFile(word),
        Mask => word != StyleArgument.AlphaMask,
        _ => false,
    };

    /// <summary>What stands for a file.</summary>
    private static string PlaceOf(string option) => option.TrimStart('-').ToUpperInvariant();
}
