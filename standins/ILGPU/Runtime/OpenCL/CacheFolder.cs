using System.Security.Cryptography;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Named pieces of data in a folder. They are replaced whole; a damaged one counts as absent, and so does all of a
/// folder that cannot be used: that costs time and nothing else.
/// </summary>
/// <remarks>
/// What was not read for <see cref="Lifetime"/> goes when a process first writes, and beyond the folder's limit what
/// was read longest ago. Several processes may do so at once: each copes with files that are gone.
/// </remarks>
/// <param name="path">The folder; null keeps nothing.</param>
/// <param name="mostBytes">The limit on all files together; 80 kernels with their binaries take 3 MB.</param>
internal sealed class CacheFolder(string? path, long mostBytes = 256 << 20)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>How exactly a file's time says when it was last read: so rarely is it set anew.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromDays(1);

    private bool _pruned;

    /// <summary>The user's: under XDG_CACHE_HOME if that is set, else where the system keeps caches.</summary>
    internal static CacheFolder OfUser { get; } = new(FindUserFolder());

    /// <summary>What was stored under a name, or null.</summary>
    internal byte[]? TryRead(string name)
    {
        if (path is null)
            return null;
        try
        {
            string location = Path.Combine(path, name);
            byte[] file = File.ReadAllBytes(location);
            NoteUse(location);
            return file.Length >= SHA256.HashSizeInBytes &&
                SHA256.HashData(file.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(
                    file.AsSpan(0, SHA256.HashSizeInBytes))
                ? file[SHA256.HashSizeInBytes..]
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Stores data under a name.</summary>
    internal void Write(string name, ReadOnlySpan<byte> data)
    {
        if (path is null)
            return;
        if (!_pruned)
        {
            _pruned = true;
            Prune();
        }
        TryWriteFile(Path.Combine(path, name), [.. SHA256.HashData(data), .. data]);
    }

    private void Prune()
    {
        try
        {
            DateTime oldest = DateTime.UtcNow - Lifetime;
            long bytes = 0;
            IEnumerable<FileInfo> newestFirst = new DirectoryInfo(path!).EnumerateFiles()
                .OrderByDescending(file => file.LastWriteTimeUtc);
            foreach (FileInfo file in newestFirst)
            {
                bytes += file.Length;
                if (bytes > mostBytes || file.LastWriteTimeUtc < oldest)
                    TryDelete(file.FullName);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there yet, not ours, or another process prunes: some later process will.
        }
    }

    private static void NoteUse(string file)
    {
        try
        {
            DateTime now = DateTime.UtcNow;
            if (now - File.GetLastWriteTimeUtc(file) > Precision)
                File.SetLastWriteTimeUtc(file, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of a folder that others own nothing is deleted either.
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    internal static void TryWriteFile(string file, ReadOnlySpan<byte> content)
    {
        string temporary = $"{file}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written to holds nothing of ours.
        }
    }

    private static string? FindUserFolder()
    {
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(root ?? ""))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            root =
                OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? ""
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Path.Combine(home, ".cache");
        }
        return string.IsNullOrEmpty(root) ? null : Path.Combine(root, "ilgpustyle", "kernels");
    }
}
