using System.Security.Cryptography;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Named pieces of data in a folder. They are replaced whole; a damaged one counts as absent, and so does all of a
/// folder that cannot be used: that costs time and nothing else.
/// </summary>
/// <param name="path">The folder; null keeps nothing.</param>
internal sealed class CacheFolder(string? path)
{
    /// <summary>The user's: under XDG_CACHE_HOME if that is set, else where the system keeps caches.</summary>
    internal static CacheFolder OfUser { get; } = new(FindUserFolder());

    /// <summary>What was stored under a name, or null.</summary>
    internal byte[]? TryRead(string name)
    {
        if (path is null)
            return null;
        try
        {
            byte[] file = File.ReadAllBytes(Path.Combine(path, name));
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
        if (path is not null)
            TryWriteFile(Path.Combine(path, name), [.. SHA256.HashData(data), .. data]);
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
