using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace IlgpuStyle.Kernels;

/// <summary>
/// The folder in which PoCL, the OpenCL driver for CPUs, compiles and keeps kernels: another where its own cannot be
/// used, as in containers without a home, with one that is read-only, or one that nothing may be run from.
/// </summary>
/// <remarks>
/// PoCL takes POCL_CACHE_DIR, else pocl/kcache in XDG_CACHE_HOME or ~/.cache; without a home it makes that folder where
/// the program was called. Where it cannot write it has no device, and where nothing may be run it ends the process.
/// </remarks>
internal static partial class PoclCache
{
    private const string Variable = "POCL_CACHE_DIR";

    /// <summary>What kernels take at least, and the compiler while it works.</summary>
    private const long LeastFreeBytes = 16 << 20;

    private const UnixFileMode OwnersAlone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The bits of a mode that say what kind of file it is.</summary>
    private const UnixFileMode FileType = (UnixFileMode)0xF000;

    private static readonly Lazy<string?> Refused = new(Choose);

    /// <summary>
    /// Why no folder can be used, and what would help; null where one is. The first call chooses, before a driver
    /// looks.
    /// </summary>
    public static string? Refusal => Refused.Value;

    private static string? Choose() => OperatingSystem.IsLinux() ? ChooseOnLinux() : null;

    [SupportedOSPlatform("linux")]
    private static string? ChooseOnLinux()
    {
        string? given = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(given))
        {
            return ReasonAgainst(given) is { } fault
                ? $"PoCL's folder for kernels, '{given}' ({Variable}), {fault}: set {Variable} to another"
                : null;
        }
        string? own = OwnFolder();
        string? reason = own is null ? null : ReasonAgainst(own);
        if (own is not null && reason is null)
            return null;
        string name = $"ilgpustyle-pocl-{Environment.UserName}";
        string[] others =
        [
            Path.Combine(Path.GetTempPath(), name), Path.Combine("/var/tmp", name), Path.Combine("/tmp", name),
            Path.Combine("/dev/shm", name),
        ];
        if (Array.Find(others, folder => ReasonAgainst(folder) is null && IsOurs(folder)) is not { } usable)
        {
            return (own is null ? "PoCL has no folder for kernels" : $"PoCL's folder for kernels, '{own}', {reason}")
                + $", nor can one of the system's be used: set {Variable} to a folder that can be written and run from";
        }
        // The process's own environment, which drivers read; .NET changes a copy of it.
        _ = SetVariable(Variable, usable, 1);
        return null;
    }

    private static string? OwnFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string? home = Environment.GetEnvironmentVariable("HOME");
        return !string.IsNullOrEmpty(cache) ? Path.Combine(cache, "pocl", "kcache")
            : !string.IsNullOrEmpty(home) ? Path.Combine(home, ".cache", "pocl", "kcache")
            : null;
    }

    /// <summary>What is wrong with a folder, as the end of a sentence; null if kernels can be kept there.</summary>
    [SupportedOSPlatform("linux")]
    private static string? ReasonAgainst(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, OwnersAlone);
            using var probe = new FileStream(
                Path.Combine(folder, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
                bufferSize: 1, FileOptions.DeleteOnClose);
            probe.Write(new byte[Environment.SystemPageSize]);
            if (!CanRunFrom(probe.SafeFileHandle))
                return "is where nothing may be run from (noexec)";
            long free = new DriveInfo(folder).AvailableFreeSpace;
            return free < LeastFreeBytes ? $"has {free >> 20} MiB free of at least {LeastFreeBytes >> 20}" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "cannot be written";
        }
    }

    /// <summary>
    /// Whether a folder where all may write is this user's alone: nobody else's library must be run from it.
    /// </summary>
    private static bool IsOurs(string folder)
    {
        // Where Linux's struct statx has the owner and the mode of what is there, a link included.
        const int currentFolder = -100, notFollowing = 0x100, basicStatus = 0x7FF;
        const int owner = 20, mode = 28;
        byte[] status = new byte[256];
        return ReadStatus(currentFolder, folder, notFollowing, basicStatus, ref status[0]) == 0
            && BitConverter.ToUInt32(status, owner) == EffectiveUser()
            && ((UnixFileMode)BitConverter.ToUInt16(status, mode) & ~(OwnersAlone | FileType)) == 0;
    }

    /// <summary>Whether a page of a file can be mapped for running, as a loader maps a library.</summary>
    private static bool CanRunFrom(SafeFileHandle file)
    {
        const int readAndExecute = 1 | 4;
        const int isPrivate = 2;
        nint page = Map(0, (nuint)Environment.SystemPageSize, readAndExecute, isPrivate, file, 0);
        if (page == -1)
            return false;
        _ = Unmap(page, (nuint)Environment.SystemPageSize);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(
        nint address, nuint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
