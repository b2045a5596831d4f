namespace IlgpuStyle.Vgg.Weights;

/// <summary>Why there is no file under a name, or none that can be read.</summary>
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

    /// <summary>
    /// What the system says of a failure, as the end of a sentence; .NET adds the name, or a full stop.
    /// </summary>
    public static string Reason(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Message.Split(" : '")[0].TrimEnd('.');
    }

    /// <summary>The reason, as the end of a sentence that starts with the name.</summary>
    public static string Reason(string path) =>
        IsNotUtf8(path) ? "cannot be opened: its name is not UTF-8, rename it" : "does not exist";
}
