using System.Globalization;
using System.Reflection;
using System.Text;
using ILGPU;
using ILGPU.Compiler;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class KernelCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kernel-cache-").FullName;

    private static void CachedKernel(ArrayView<float> a, ArrayView<float> b) => a[0] = b[0];

    private static readonly MethodInfo Kernel =
        typeof(KernelCacheTests).GetMethod(nameof(CachedKernel), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Another number in each process.</summary>
    private static readonly int StartedAt = Environment.TickCount;

    private static void ConstantKernel(ArrayView<int> a) => a[0] = StartedAt;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_source_is_stored_once_and_read_from_then_on()
    {
        (string EntryName, string Source) first = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(first, Get(_folder));

        // What is read is what lies there, not what the compiler would say.
        new CacheFolder(_folder).Write(Path.GetFileName(file), Encoding.UTF8.GetBytes("Name\n\nmarked\n"));
        Assert.Equal(("Name", "marked\n"), Get(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("something that is longer than the hash which a good file starts with")]
    public void A_damaged_file_is_replaced(string content)
    {
        (string EntryName, string Source) good = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllText(file, content);
        Assert.Equal(good, Get(_folder));
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_truncated_file_is_replaced()
    {
        (string EntryName, string Source) good = Get(_folder);
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..^5]);
        Assert.Equal(good, Get(_folder));
        Assert.Equal(bytes, File.ReadAllBytes(file));
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
        var cache = new KernelCache(new CacheFolder(_folder), dumpFolder: null);
        Assert.NotEqual(
            cache.GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: false).Source,
            cache.GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: true).Source);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_source_that_holds_another_value_of_a_constant_is_replaced()
    {
        MethodInfo kernel = ((Delegate)ConstantKernel).Method;
        var cache = new KernelCache(new CacheFolder(_folder), dumpFolder: null);
        (string EntryName, string Source) good = cache.GetOrCompile(kernel, KernelIndexKind.Explicit, false);
        string number = StartedAt.ToString(CultureInfo.InvariantCulture);
        Assert.Contains(number, good.Source, StringComparison.Ordinal);

        // As another process left it.
        string name = Path.GetFileName(Assert.Single(Directory.GetFiles(_folder)));
        string text = Encoding.UTF8.GetString(new CacheFolder(_folder).TryRead(name)!);
        new CacheFolder(_folder)
            .Write(name, Encoding.UTF8.GetBytes(text.Replace(number, "12345", StringComparison.Ordinal)));
        Assert.Equal(good, cache.GetOrCompile(kernel, KernelIndexKind.Explicit, false));

        // With the same value, what lies there counts.
        new CacheFolder(_folder).Write(name, Encoding.UTF8.GetBytes(text + "// marked"));
        Assert.EndsWith(
            "// marked", cache.GetOrCompile(kernel, KernelIndexKind.Explicit, false).Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_in_use_are_dumped_where_asked()
    {
        (_, string source) =
            new KernelCache(new CacheFolder(null), _folder).GetOrCompile(Kernel, KernelIndexKind.Explicit, false);
        Assert.Equal(source, File.ReadAllText(Path.Combine(_folder, "CachedKernel.cl")));
    }

    private static (string EntryName, string Source) Get(string? folder) =>
        new KernelCache(new CacheFolder(folder), dumpFolder: null)
            .GetOrCompile(Kernel, KernelIndexKind.Explicit, viewsMayAlias: false);
}
