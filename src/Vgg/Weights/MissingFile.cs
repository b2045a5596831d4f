namespace IlgpuStyle.Vgg.Weights;

/// <summary>Why there is no file under a name.</summary>
public static class MissingFile
{
    /// <summary>What .NET makes of bytes that are no UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>Whether a name has bytes that are no UTF-8: by it, the file that it is of cannot be opened.</summary>
    public static bool IsNotUtf8(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Contains(Replacement, StringComparison.Ordinal) && !Path.Exists(path);
    }

    /// <summary>The reason, as the end of a sentence that starts with the name.</summary>
    public static string Reason(string path) =>
        IsNotUtf8(path) ? "cannot be opened: its name is not UTF-8, rename it" : "does not exist";
}
