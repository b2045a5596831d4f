using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Keeps PoCL usable where the home folder cannot be written to: without a folder for its compiled kernels it offers
/// no device at all, and says so to nobody.
/// </summary>
internal static unsafe class PoclCache
{
    private const string Variable = "POCL_CACHE_DIR";

    /// <summary>Gives PoCL a folder below the temporary one if it needs that; called before PoCL is loaded.</summary>
    internal static void EnsureUsable()
    {
        if (!OperatingSystem.IsWindows() && FolderInstead(Environment.GetEnvironmentVariable) is string folder)
            SetForNativeCode(Variable, folder);
    }

    /// <summary>The folder that PoCL needs instead of its own, or null if its own will do or none can be had.</summary>
    /// <param name="environment">The value of a variable.</param>
    [UnsupportedOSPlatform("windows")]
    internal static string? FolderInstead(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 })
            return null;
        string cache = environment("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(environment("HOME") ?? "", ".cache");
        if (IsUsable(Path.Combine(cache, "pocl", "kcache")))
            return null;
        string temporary = Path.Combine(Path.GetTempPath(), $"pocl-{Environment.UserName}");
        return IsUsable(temporary) && IsOwn(temporary) ? temporary : null;
    }

    /// <summary>Sets a variable that native code reads, which Environment.SetEnvironmentVariable does not.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static void SetForNativeCode(string variable, string content)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "setenv", out nint setenv))
            return;
        nint name = Marshal.StringToCoTaskMemUTF8(variable);
        nint value = Marshal.StringToCoTaskMemUTF8(content);
        _ = ((delegate* unmanaged<nint, nint, int, int>)setenv)(name, value, 1);
        Marshal.FreeCoTaskMem(name);
        Marshal.FreeCoTaskMem(value);
    }

    /// <summary>
    /// Whether nobody else can put files into a folder below the temporary one, out of which PoCL loads code: only its
    /// owner may set its mode.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    internal static bool IsOwn(string folder)
    {
        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether files can be written to a folder, which is made if need be.</summary>
    internal static bool IsUsable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $"probe-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
