using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ILGPU.Compiler;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Keeps the OpenCL C of kernels in the user's cache folder, because compiling it from IL takes a tenth of a second
/// and more for each. Files are replaced whole, and one that is damaged is written anew; a folder that cannot be
/// written to costs time and nothing else.
/// </summary>
/// <remarks>If the environment names a folder in ILGPU_DUMP_KERNELS, the sources in use are written there too.</remarks>
/// <param name="folder">Where the sources are kept; null keeps none.</param>
/// <param name="dumpFolder">Where the sources in use are written for people to read, if anywhere.</param>
internal sealed class KernelCache(string? folder, string? dumpFolder)
{
    /// <summary>The cache in the user's folder.</summary>
    internal static KernelCache OfUser { get; } =
        new(FindFolder(), Environment.GetEnvironmentVariable("ILGPU_DUMP_KERNELS"));

    internal (string EntryName, string Source) GetOrCompile(
        MethodInfo method, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        string key = KernelCompiler.CacheKey(method, indexKind, viewsMayAlias);
        string? file = folder is null ? null : Path.Combine(folder, $"{Hash(key)}.cl");
        if (!TryRead(file, out (string EntryName, string Source) kernel))
        {
            CompiledKernel compiled = KernelCompiler.Compile(method, indexKind, viewsMayAlias);
            kernel = (compiled.EntryName, compiled.Source);
            if (file is not null)
                Store(file, kernel);
        }
        if (!string.IsNullOrEmpty(dumpFolder))
        {
            string variant = viewsMayAlias ? ".overlapping" : "";
            TryWrite(Path.Combine(dumpFolder, $"{kernel.EntryName}{variant}.cl"), kernel.Source);
        }
        return kernel;
    }

    internal static void Store(string file, (string EntryName, string Source) kernel) =>
        TryWrite(file, Header(kernel.EntryName, kernel.Source) + kernel.Source);

    private static bool TryRead(string? file, out (string EntryName, string Source) kernel)
    {
        kernel = default;
        if (file is null)
            return false;
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        // "// <entry> <hash of the rest>"
        int end = text.IndexOf('\n');
        string[] header = end < 0 ? [] : text[..end].Split(' ');
        if (header.Length != 3)
            return false;
        kernel = (header[1], text[(end + 1)..]);
        return Header(kernel.EntryName, kernel.Source) == text[..(end + 1)];
    }

    private static void TryWrite(string file, string text)
    {
        string temporary = $"{file}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(temporary, text);
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
            // Another's folder: nothing was written.
        }
    }

    private static string Header(string entryName, string source) => $"// {entryName} {Hash(source)}\n";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? FindFolder()
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
