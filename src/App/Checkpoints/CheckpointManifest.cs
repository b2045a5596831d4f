using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>What a checkpoint says of its run beside the state: JSON in the file's header.</summary>
/// <param name="Format">Of the checkpoint; <see cref="CurrentFormat"/>.</param>
/// <param name="Version">The program's.</param>
/// <param name="Scale">Counted from 0.</param>
/// <param name="Iteration">Steps done over all scales.</param>
/// <param name="Step">Steps done at this scale.</param>
/// <param name="Command">
/// The options of the verb, each with its values, paths from the root; what the recipe holds is taken from there.
/// </param>
/// <param name="Recipe">Every value.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="Forms">How it gets by with the memory at each scale: bands round in their own way.</param>
/// <param name="Inputs">The files that were read.</param>
/// <param name="Verb">The command that made the run.</param>
internal sealed record CheckpointManifest(
    int Format, string Version, int Scale, int Iteration, int Step, string[][] Command, JsonObject Recipe,
    RunDevice Device, MemoryForm[] Forms, InputHash[] Inputs, string Verb = CheckpointManifest.Stylize)
{
    /// <summary>The format that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The verb of a run that makes a picture.</summary>
    public const string Stylize = "stylize";

    private const string Key = "ilgpustyle";

    /// <summary>The program's version.</summary>
    public static string ProgramVersion { get; } = typeof(CheckpointManifest).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Name and version, as files and <c>--version</c> tell them.</summary>
    public static string Program => $"ilgpustyle {ProgramVersion}";

    private static JsonSerializerOptions Options { get; } = new(RecipeJson.OneLine)
    {
        RespectNullableAnnotations = true,
    };

    /// <summary>As the file's metadata.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(this, Options) };

    /// <summary>From a file's metadata.</summary>
    /// <exception cref="InvalidDataException">It is another program's, or of another format.</exception>
    public static CheckpointManifest FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out string? text))
            throw new InvalidDataException("it is not of this program");
        try
        {
            JsonNode node = JsonNode.Parse(text)!;
            int format = (int)node["format"]!;
            return format == CurrentFormat
                ? node.Deserialize<CheckpointManifest>(Options)!
                : throw new InvalidDataException(
                    $"its format is {format}, where this version reads {CurrentFormat}");
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException
            or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("its description is damaged", exception);
        }
    }

    /// <summary>The recipe.</summary>
    /// <exception cref="InvalidDataException">This version does not know it.</exception>
    public Recipe ReadRecipe()
    {
        try
        {
            return Recipe.Deserialize<Recipe>(RecipeJson.Options)!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("its recipe is not one of this version", exception);
        }
    }
}

/// <summary>A device as far as results depend on it.</summary>
internal sealed record RunDevice(string Name, string Api, string Driver)
{
    /// <summary>An open one.</summary>
    public static RunDevice Of(DeviceDescription device) => new(device.Name, device.Api, device.Driver);
}

/// <summary>A file that was read, so that a change is noticed.</summary>
/// <param name="Option">What named it.</param>
/// <param name="Path">From the root.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">In hexadecimal.</param>
internal sealed record InputHash(string Option, string Path, long Bytes, string Sha256)
{
    /// <summary>Of a file as it is now.</summary>
    /// <exception cref="InputFileException">It cannot be read.</exception>
    public static InputHash Of(NamedFile file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file.Path);
            return new InputHash(
                file.Option, System.IO.Path.GetFullPath(file.Path), stream.Length,
                Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"'{file.Path}' cannot be read any more: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a run whose files are others than those of a checkpoint.</summary>
    /// <param name="before">Of the checkpoint.</param>
    /// <param name="now">In the same order.</param>
    /// <exception cref="InputFileException">One has changed; the message names it.</exception>
    public static void RequireSame(IReadOnlyList<InputHash> before, IReadOnlyList<InputHash> now)
    {
        foreach ((InputHash old, InputHash current) in before.Zip(now))
        {
            if (old.Sha256 != current.Sha256)
            {
                throw new InputFileException(
                    $"'{current.Path}' ({current.Option}) is not the file that the run began with: its SHA-256 is "
                    + $"{current.Sha256[..12]}… instead of {old.Sha256[..12]}….");
            }
        }
    }
}
