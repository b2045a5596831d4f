using IlgpuStyle.App.Checkpoints;

namespace IlgpuStyle.App.Sheet;

/// <summary>A setting that a sheet varies.</summary>
/// <param name="Option">With its dashes.</param>
/// <param name="Value">As it is given to <c>stylize</c>.</param>
internal sealed record Setting(string Option, string Value)
{
    /// <summary>"style-scale 0.5"; of a file its name alone.</summary>
    public override string ToString() =>
        $"{Option[2..]} {(Option is "--style" or "--start" or "--recipe" ? Path.GetFileName(Value) : Value)}";
}

/// <summary>What a cell of a sheet is made with.</summary>
/// <param name="Settings">Those that are varied.</param>
/// <param name="Options">All options of <c>stylize</c>, each with its values.</param>
internal sealed record CellSettings(Setting[] Settings, string[][] Options)
{
    /// <summary>What tells the cell from the others.</summary>
    public string Name => Settings.Length == 0 ? "the only cell" : string.Join(", ", Settings.AsEnumerable());

    /// <summary>The command that makes the cell's picture.</summary>
    /// <param name="size">Of the picture; null for the preset's own.</param>
    public string CommandLine(string? size) => RecordedCommand.ToLine(
    [
        .. Options.Where(option => option[0] != "--size"),
        .. size is null ? (string[][])[] : [["--size", size]],
        ["--output", "result.png"],
    ]);
}

/// <summary>The cells of a sheet: one for each combination of the values of options that have several.</summary>
internal sealed class SheetGrid
{
    /// <summary>Options that are one value, whatever is in it, or of which all values hold at once.</summary>
    private static readonly string[] NotVaried =
    [
        "--content", "--size", "--device", "--weights", "--max-memory", "--recipe", "--set", "--content-layers",
        "--style-layers", "--style-mask",
    ];

    /// <param name="options">
    /// Options of <c>stylize</c> with their values; several are a list with commas, or several words.
    /// </param>
    public SheetGrid(string[][] options)
    {
        (string Option, string[] Values)[] axes =
        [
            .. options.Where(option => !NotVaried.Contains(option[0]))
                .Select(option => (option[0], ValuesOf(option)))
                .Where(axis => axis.Item2.Length > 1),
        ];
        string[][] common = [.. options.Where(option => axes.All(axis => axis.Option != option[0]))];
        IEnumerable<Setting[]> combinations = [[]];
        foreach ((string option, string[] values) in axes)
        {
            combinations = combinations.SelectMany(
                _ => values, (before, value) => (Setting[])[.. before, new Setting(option, value)]);
        }
        Columns = axes.Length == 0 ? 1 : axes[^1].Values.Length;
        Cells =
        [
            .. combinations.Select(settings => new CellSettings(
                settings, [.. common, .. settings.Select(setting => (string[])[setting.Option, setting.Value])])),
        ];
    }

    /// <summary>The last axis goes from left to right, those before it from top to bottom.</summary>
    public int Columns { get; }

    /// <summary>Row by row.</summary>
    public IReadOnlyList<CellSettings> Cells { get; }

    /// <summary>A file's name may have commas.</summary>
    private static string[] ValuesOf(string[] option) =>
    [
        .. option.Skip(1).SelectMany(word =>
            option[0] == "--style" || File.Exists(word) ? [word] : word.Split(',', StringSplitOptions.TrimEntries)),
    ];
}
