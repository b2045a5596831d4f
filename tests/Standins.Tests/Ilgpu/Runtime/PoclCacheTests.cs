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
}
