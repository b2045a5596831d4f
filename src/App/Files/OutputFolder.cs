using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Files;

/// <summary>A folder that outputs go into.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder if it is missing, so that a wrong one is found before a long run.</summary>
    /// <param name="option">What names it.</param>
    /// <param name="folder">Its path.</param>
    /// <exception cref="OutputFileException">It cannot be made.</exception>
    public static void Create(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string? file = folder;
            while (file is not null && !File.Exists(file))
                file = Path.GetDirectoryName(file);
            string reason = file is not null ? $"'{file}' is a file"
                : e is UnauthorizedAccessException or FileNotFoundException ? "no permission"
                : e.Message.TrimEnd('.');
            throw new OutputFileException($"The folder '{folder}' of {option} cannot be made: {reason}.", e);
        }
    }
}
