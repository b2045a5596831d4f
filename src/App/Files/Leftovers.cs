using System.Text.RegularExpressions;

namespace IlgpuStyle.App.Files;

/// <summary>
/// Names of temporary files that say whose they are, and what becomes of those whose process was killed: the next run
/// that writes into their folder deletes them.
/// </summary>
internal static partial class Leftovers
{
    /// <summary>Letters of a machine's name; with the rest, a file's name stays below 255.</summary>
    private const int LongestHost = 64;

    private static readonly string Host = NotInHosts().Replace(Environment.MachineName, "_") is var name
        ? name[..Math.Min(name.Length, LongestHost)]
        : "";

    /// <summary>A temporary file's path in a folder: hidden, with this machine and process in its name.</summary>
    public static string NewPath(string folder) => Path.Combine(
        folder, $".ilgpustyle-{Host}-{Environment.ProcessId}-{Guid.NewGuid():N}.part");

    /// <summary>
    /// Deletes the temporary files in a folder that processes of this machine have left which are no more. A process of
    /// another container may bear the same number, so none is deleted that is open either.
    /// </summary>
    public static void Delete(string folder)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(
                folder, ".ilgpustyle-*.part", new EnumerationOptions { AttributesToSkip = default }))
            {
                if (OwnerOf(Path.GetFileName(path)) is { } process && !IsAlive(process))
                    DeleteUnlessOpen(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever writes there will say what is wrong.
        }
    }

    /// <summary>The process of a temporary file of this machine's.</summary>
    private static int? OwnerOf(string name)
    {
        Match match = TemporaryName().Match(name);
        return match.Success && match.Groups["host"].Value == Host
            && int.TryParse(match.Groups["process"].Value, out int process)
                ? process
                : null;
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            return true; // It is somebody else's.
        }
    }

    private static void DeleteUnlessOpen(string path)
    {
        try
        {
            // Not to be had while another has it open for writing.
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is open, or somebody else's.
        }
    }

    [GeneratedRegex(@"^\.ilgpustyle-(?<host>.*)-(?<process>\d+)-[0-9a-f]{32}\.part$")]
    private static partial Regex TemporaryName();

    [GeneratedRegex("[^A-Za-z0-9.-]")]
    private static partial Regex NotInHosts();
}
