namespace IlgpuStyle.App.Files;

/// <summary>Where a path leads once every link on its way is followed.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    /// <summary>
    /// The path without links, whether or not there is a file: two paths of one file give the same.
    /// </summary>
    /// <exception cref="IOException">The links lead round in a circle, or the path cannot be one.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string place = Path.GetPathRoot(full)!;
        var rest = new Stack<string>();
        Push(rest, full[place.Length..]);
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                place = Path.GetDirectoryName(place) ?? place;
                continue;
            }
            string next = Path.Combine(place, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                place = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException("its links lead round in a circle");
            string root = Path.GetPathRoot(target)!;
            if (root.Length > 0)
                place = root;
            Push(rest, target[root.Length..]);
        }
        return place;
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string part in path.Split(Path.DirectorySeparatorChar).Reverse())
        {
            if (part is not ("" or "."))
                rest.Push(part);
        }
    }
}
