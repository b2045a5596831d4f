using System.Reflection;
using ILGPU;
using ILGPU.Compiler;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class KernelCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kernel-cache-").FullName;

    private static void CachedKernel(ArrayView<float> view) => view[0] = 1;

    private static readonly MethodInfo Kernel =
        typeof(KernelCacheTests).GetMethod(nameof(CachedKernel), BindingFlags.NonPublic | BindingFlags.Static)!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_source_is_written_once_and_read_from_then_on()
    {
        (string EntryName, string Source) first = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        DateTime written = File.GetLastWriteTimeUtc(file);
        Assert.Equal(first, Get(_folder));
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));

        // What is read is what lies there, not what the compiler would say.
        string marked = first.Source + "// marked\n";
        KernelCache.Store(file, (first.EntryName, marked));
        Assert.Equal(marked, Get(_folder).Source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("// CachedKernel 0123\nkernel void f() {}")]
    public void A_damaged_file_is_replaced(string content)
    {
        (string EntryName, string Source) good = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        string text = File.ReadAllText(file);
        File.WriteAllText(file, content);
        Assert.Equal(good, Get(_folder));
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void A_truncated_file_is_replaced()
    {
        (string EntryName, string Source) good = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        File.WriteAllText(file, File.ReadAllText(file)[..^5]);
        Assert.Equal(good, Get(_folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_does_no_harm()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.Equal(Get(_folder), Get(Path.Combine(file, "below")));
        Assert.Equal(Get(_folder), Get(folder: null));
    }

    [Fact]
    public void Variants_are_kept_apart()
    {
        var cache = new KernelCache(_folder, dumpFolder: null);
        Assert.NotEqual(
            cache.GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: false).Source,
            cache.GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: true).Source);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Sources_in_use_are_dumped_where_asked()
    {
        (_, string source) = new KernelCache(null, _folder).GetOrCompile(Kernel, KernelIndexKind.Explicit, false);
        Assert.Equal(source, File.ReadAllText(Path.Combine(_folder, "CachedKernel.cl")));
    }

    private static (string EntryName, string Source) Get(string? folder) =>
        new KernelCache(folder, dumpFolder: null).GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: false);
}
