using System.Text.Json.Nodes;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Bulk;

/// <summary>What a run of <c>stylize</c> is asked for.</summary>
/// <param name="Output">The result's path.</param>
/// <param name="Command">The options, as a checkpoint keeps them.</param>
/// <param name="Recipe">Every value.</param>
/// <param name="Inputs">The files that it reads.</param>
internal sealed record RunSettings(string Output, string[][] Command, JsonObject Recipe, InputHash[] Inputs)
{
    /// <summary>The checkpoint that an earlier run with the same settings has left; null where there is none.</summary>
    /// <param name="tell">Is told of one that cannot be used.</param>
    public Checkpoint? FindCheckpoint(Action<string> tell)
    {
        string path = CheckpointWriter.PathOf(Output);
        if (!File.Exists(path))
            return null;
        try
        {
            Checkpoint checkpoint = Checkpoint.Open(path);
            if (IsOf(checkpoint.Manifest))
                return checkpoint;
            checkpoint.Dispose();
        }
        catch (InputFileException exception)
        {
            tell($"{exception.Message} The picture is begun anew.");
        }
        return null;
    }

    /// <summary>Whether inputs are the same, wherever they lie.</summary>
    public static bool AreSame(IEnumerable<InputHash> some, IEnumerable<InputHash> others) =>
        some.Select(file => (file.Option, file.Sha256)).SequenceEqual(
            others.Select(file => (file.Option, file.Sha256)));

    /// <summary>Whether options have the same values.</summary>
    public static bool AreSame(IReadOnlyCollection<string[]> some, IReadOnlyCollection<string[]> others) =>
        some.Count == others.Count && some.Zip(others).All(pair => pair.First.SequenceEqual(pair.Second));

    private bool IsOf(CheckpointManifest manifest) =>
        AreSame(manifest.Command, Command) && JsonNode.DeepEquals(manifest.Recipe, Recipe)
        && AreSame(manifest.Inputs, Inputs);
}
