namespace IlgpuStyle.App.Files;

/// <summary>A file that a command was told of.</summary>
/// <param name="Option">What names it.</param>
/// <param name="Path">As it was given.</param>
internal readonly record struct NamedFile(string Option, string Path)
{
    /// <summary>
    /// What it leads to, whatever its spelling and its links; where that cannot be found, whoever opens it will tell.
    /// </summary>
    public string Place
    {
        get
        {
            try
            {
                return RealPath.Of(Path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Path;
            }
        }
    }

    public override string ToString() => $"{Option} '{Path}'";
}
