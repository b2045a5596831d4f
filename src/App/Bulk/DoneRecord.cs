using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Recipes;

namespace IlgpuStyle.App.Bulk;

/// <summary>
/// That a picture of a batch is done, and of what: a file of its own beside it, so that any number of processes can
/// write into one folder and none that is killed leaves another's record damaged.
/// </summary>
/// <param name="Format">Of the record; <see cref="CurrentFormat"/>.</param>
/// <param name="Version">The program's.</param>
/// <param name="Recipe">Every value.</param>
/// <param name="Options">Those that the picture depends on beside the recipe; files are among the inputs.</param>
/// <param name="Inputs">The files that were read.</param>
/// <param name="Output">The result.</param>
/// <param name="Note">What a user should know of it; null for nothing.</param>
internal sealed record DoneRecord(
    int Format, string Version, JsonObject Recipe, string[][] Options, InputHash[] Inputs, InputHash Output,
    string? Note)
{
    /// <summary>The folder beside results that holds the records.</summary>
    public const string Folder = ".ilgpustyle";

    private const int CurrentFormat = 1;

    private const string OutputName = "--output";

    private static readonly JsonSerializerOptions Reading = new(RecipeJson.Options)
    {
        RespectNullableAnnotations = true,
    };

    /// <summary>Options that the picture does not depend on; weights are among the inputs.</summary>
    private static readonly string[] WithoutEffect =
        [.. StylizeCommand.OfOneRun, "--device", "--max-memory", PictureOptions.WeightsName];

    /// <summary>Writes the record of a picture that is done.</summary>
    /// <exception cref="InputFileException">The picture is not where it should be.</exception>
    /// <exception cref="OutputFileException">The record cannot be written.</exception>
    public static void Write(RunSettings settings, string? note)
    {
        var record = new DoneRecord(
            CurrentFormat, CheckpointManifest.ProgramVersion, settings.Recipe, OptionsOf(settings), settings.Inputs,
            InputHash.Of(new NamedFile(OutputName, settings.Output)), note);
        string path = PathOf(settings.Output);
        OutputFolder.Create(OutputName, Path.GetDirectoryName(path)!);
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(stream => JsonSerializer.Serialize(stream, record, RecipeJson.Options));
        file.Commit();
    }

    /// <summary>The record of a result that is there, as it was written, and of these settings; else null.</summary>
    public static DoneRecord? Find(RunSettings settings)
    {
        DoneRecord? record = Read(PathOf(settings.Output));
        return record is not null && record.IsOf(settings) && File.Exists(settings.Output)
            && InputHash.Of(new NamedFile(OutputName, settings.Output)).Sha256 == record.Output.Sha256
                ? record
                : null;
    }

    private static string PathOf(string output) =>
        Path.Combine(Path.GetDirectoryName(output) ?? "", Folder, $"{Path.GetFileName(output)}.json");

    /// <summary>What cannot be read says nothing.</summary>
    private static DoneRecord? Read(string path)
    {
        try
        {
            return File.Exists(path)
                && JsonSerializer.Deserialize<DoneRecord>(File.ReadAllBytes(path), Reading)
                    is { Format: CurrentFormat } record
                ? record
                : null;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or IOException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[][] OptionsOf(RunSettings settings)
    {
        return
        [
            .. settings.Command.Where(option => !WithoutEffect.Contains(option[0]))
                .Select(option => (string[])[option[0], .. option[1..].Select(value => WithoutPath(option[0], value))])
                .OrderBy(option => option[0], StringComparer.Ordinal),
        ];

        // A style's weight stays.
        string WithoutPath(string option, string value) => settings.Inputs
            .Where(file => file.Option == option && value.StartsWith(file.Path, StringComparison.Ordinal))
            .MaxBy(file => file.Path.Length) is { } input
                ? value[input.Path.Length..]
                : value;
    }

    private bool IsOf(RunSettings settings) =>
        RunSettings.AreSame(Options, OptionsOf(settings)) && JsonNode.DeepEquals(Recipe, settings.Recipe)
        && RunSettings.AreSame(Inputs, settings.Inputs);
}
