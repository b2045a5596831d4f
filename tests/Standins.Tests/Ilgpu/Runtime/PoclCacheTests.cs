using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class PoclCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pocl-cache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_can_be_made_is_usable_and_left_empty()
    {
        string folder = Path.Combine(_folder, "a", "b");
        Assert.True(PoclCache.IsUsable(folder));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_folder_of_ones_own_is_closed_to_others()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        Assert.True(PoclCache.IsOwn(_folder));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder));
        Assert.False(PoclCache.IsOwn(Path.Combine(_folder, "missing")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_not_usable()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.False(PoclCache.IsUsable(Path.Combine(file, "below")));
    }

    [Fact]
    public void PoCL_keeps_its_own_folder_where_that_can_be_written_to()
    {
        if (OperatingSystem.IsWindows())
            return;
        Assert.Null(FolderInstead(("XDG_CACHE_HOME", Path.Combine(_folder, "cache"))));
        Assert.True(Directory.Exists(Path.Combine(_folder, "cache", "pocl", "kcache")));
        Assert.Null(FolderInstead(("HOME", _folder)));
        Assert.True(Directory.Exists(Path.Combine(_folder, ".cache", "pocl", "kcache")));
        // What its user chose, good or bad, is not ours to change.
        Assert.Null(FolderInstead(("POCL_CACHE_DIR", "/nowhere"), ("HOME", "/proc/nowhere")));
    }

    [Fact]
    public void PoCL_gets_a_folder_of_the_user_s_own_where_the_home_folder_cannot_be_written_to()
    {
        if (OperatingSystem.IsWindows())
            return;
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        string expected = Path.Combine(Path.GetTempPath(), $"pocl-{Environment.UserName}");
        Assert.Equal(expected, FolderInstead(("HOME", file)));
        Assert.Equal(expected, FolderInstead(("XDG_CACHE_HOME", file), ("HOME", _folder)));
        Assert.True(PoclCache.IsUsable(expected));
    }

    [Fact]
    public unsafe void A_variable_is_set_where_native_code_reads_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        PoclCache.SetForNativeCode("ILGPUSTYLE_TEST_VARIABLE", "/ä");
        nint getenv = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getenv");
        fixed (byte* name = "ILGPUSTYLE_TEST_VARIABLE\0"u8)
        {
            nint value = ((delegate* unmanaged<byte*, nint>)getenv)(name);
            Assert.Equal("/ä", Marshal.PtrToStringUTF8(value));
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static string? FolderInstead(params (string Name, string Value)[] environment) =>
        PoclCache.FolderInstead(wanted => environment.FirstOrDefault(variable => variable.Name == wanted).Value);
}
