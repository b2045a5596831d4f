using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Recipes;

/// <summary>
/// How a picture was made, as it stands in its file: JSON in a text of its own. It names no file: who gets a picture
/// learns nothing of the machine that made it.
/// </summary>
/// <param name="Program">Name and version.</param>
/// <param name="Recipe">Every value.</param>
/// <param name="Command">
/// The options of <c>stylize</c> that the recipe does not hold, each with its values; words in capitals stand for files.
/// </param>
/// <param name="Steps">Done; null where that is not known.</param>
internal sealed record RecipeTag(string Program, JsonObject Recipe, string[][] Command, int? Steps)
{
    private static JsonSerializerOptions Form { get; } = new(RecipeJson.OneLine) { RespectNullableAnnotations = true };

    /// <summary>As a user would type it, but for the files.</summary>
    public string CommandLine => RecordedCommand.ToLine(Command);

    /// <summary>As it is written into a picture.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form);

    /// <summary>Whether a file is one that could hold a recipe, rather than be one.</summary>
    public static bool IsPicture(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] start = new byte[8];
            ReadOnlySpan<byte> read = start.AsSpan(0, stream.CanSeek ? stream.ReadAtLeast(start, 8, false) : 0);
            return read.SequenceEqual(PngHeader.Signature) || read.StartsWith(JpegHeader.Signature);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Whoever reads it will say what is wrong.
        }
    }

    /// <summary>The recipe of a picture that this program has saved.</summary>
    /// <exception cref="InputFileException">It holds none, or cannot be read.</exception>
    public static RecipeTag Load(string path)
    {
        string? text = PictureText.Read(PictureFile.ReadFile(path));
        try
        {
            return text is null
                ? throw new InputFileException(
                    $"'{path}' holds no recipe: only a picture that ilgpustyle has saved does, and what edits or "
                    + "shares pictures may take it out.")
                : JsonSerializer.Deserialize<RecipeTag>(text, Form) ?? throw new JsonException();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InputFileException($"'{path}' holds a recipe that is damaged.", exception);
        }
    }
}
