namespace IlgpuStyle.App.Text;

/// <summary>Words of a command that a user copies into a shell.</summary>
internal static class ShellWord
{
    /// <summary>A word as it is, or in single quotes where the shell would take it for something else.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "/._-+,:@%".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
