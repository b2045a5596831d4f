using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Bulk;

/// <summary><c>--content</c> that names many pictures: a folder, or a pattern with * and ? in a file's name.</summary>
internal static partial class ContentFolder
{
    /// <summary>No file system has longer ones.</summary>
    private const int LongestName = 255;

    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>Whether a path ends as a PNG's or a JPEG's.</summary>
    public static bool IsPictureName(string path) =>
        Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a content is many.</summary>
    public static bool IsMany(string content) =>
        Directory.Exists(content) || (content.AsSpan().ContainsAny('*', '?') && !File.Exists(content));

    /// <summary>
    /// The pictures by their names, numbers in them by their value: 2.png before 10.png. Hidden files and folders
    /// within are left out.
    /// </summary>
    /// <exception cref="InputFileException">There is none, or the folder cannot be read.</exception>
    public static string[] Pictures(string content)
    {
        bool isFolder = Directory.Exists(content);
        string folder = isFolder ? content : Path.GetDirectoryName(content) ?? "";
        string pattern = isFolder ? "*" : Path.GetFileName(content);
        string[] found;
        try
        {
            found =
            [
                .. Directory.EnumerateFiles(folder.Length == 0 ? "." : folder, pattern)
                    .Select(path => Path.GetFileName(path))
                    .Where(name => name[0] != '.' && IsPictureName(name))
                    .OrderBy(NumbersByValue, StringComparer.Ordinal)
                    .ThenBy(name => name, StringComparer.Ordinal)
                    .Select(name => Path.Combine(folder, name)),
            ];
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new InputFileException($"'{content}' is in no folder that exists.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException(
                $"'{content}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
        return found.Length > 0 ? found : throw new InputFileException(
            isFolder
                ? $"'{content}' is a folder without PNG or JPEG files."
                : $"'{content}' is a pattern that no PNG or JPEG file has the name of.");
    }

    /// <summary>The name with every number at one length.</summary>
    private static string NumbersByValue(string name) =>
        Number().Replace(name, number => number.Value.TrimStart('0').PadLeft(LongestName, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
