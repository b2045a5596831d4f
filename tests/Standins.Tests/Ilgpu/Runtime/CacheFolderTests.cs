using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class CacheFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_nobody_read_for_a_month_goes_and_what_was_read_stays()
    {
        Fill(("old", 31), ("read", 31), ("fresh", 29), ("half-written.0123", 31));
        Assert.NotNull(new CacheFolder(_folder).TryRead("read"));
        new CacheFolder(_folder).Write("new", [1]);
        Assert.Equal(["fresh", "new", "read"], Names());
    }

    [Fact]
    public void Beyond_the_limit_what_was_read_longest_ago_goes()
    {
        Fill(("a", 5), ("b", 3), ("c", 2), ("d", 4));
        long size = new FileInfo(Path.Combine(_folder, "a")).Length;
        new CacheFolder(_folder, mostBytes: 2 * size).Write("new", [1]);
        Assert.Equal(["b", "c", "new"], Names());
    }

    [Fact]
    public void Nothing_goes_while_nothing_is_written()
    {
        Fill(("old", 31));
        Assert.Null(new CacheFolder(_folder).TryRead("missing"));
        Assert.Equal(["old"], Names());
    }

    [Fact]
    public void Several_may_read_write_and_prune_at_once()
    {
        Fill([.. Enumerable.Range(0, 100).Select(i => ($"old{i}", 31))]);
        byte[] data = [1, 2, 3];
        Parallel.For(0, 400, i =>
        {
            var folder = new CacheFolder(_folder);
            folder.Write($"new{i % 7}", data);
            if (folder.TryRead($"new{i % 7}") is byte[] read)
                Assert.Equal(data, read);
            folder.TryRead($"old{i % 100}");
        });
        Assert.All(Enumerable.Range(0, 7), i => Assert.Equal(data, new CacheFolder(_folder).TryRead($"new{i}")));
    }

    private void Fill(params (string Name, int Days)[] files)
    {
        var folder = new CacheFolder(_folder);
        foreach ((string name, int days) in files)
        {
            folder.Write(name, [1, 2, 3]);
            File.SetLastWriteTimeUtc(Path.Combine(_folder, name), DateTime.UtcNow.AddDays(-days));
        }
    }

    private string[] Names() =>
        [.. Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
