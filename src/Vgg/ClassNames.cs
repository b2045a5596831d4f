using System.Text.Json;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg;

/// <summary>What ImageNet's classes are called, from Keras's imagenet_class_index.json.</summary>
/// <remarks>The file: {"0": ["n01440764", "tench"], …}, class to WordNet id and name.</remarks>
public sealed class ClassNames
{
    /// <summary>The name under which Keras publishes and caches the file.</summary>
    public const string FileName = "imagenet_class_index.json";

    private readonly Dictionary<string, string> _names = [];

    /// <summary>The name of a class, null where it is not known.</summary>
    public string? this[int classIndex] => _names.GetValueOrDefault(
        classIndex.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Reads the names from the folder of a weights file; without a file there, no name is known.</summary>
    /// <exception cref="WeightFileException">The file is there and cannot be used.</exception>
    public static ClassNames ReadBeside(string weightsPath)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(weightsPath))!, FileName);
        var names = new ClassNames();
        if (!File.Exists(path))
            return names;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
                names._names[entry.Name] = entry.Value[1].GetString()!;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"Class names '{path}' cannot be read: {refused.Message}", refused);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new WeightFileException(
                $"Class names '{path}' are not of the form {{\"0\": [\"n01440764\", \"tench\"], …}}; "
                + "replace the file, or remove it to get the classes' numbers alone.", wrong);
        }
        return names;
    }
}
