namespace IlgpuStyle.App.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_by_name_replaces_the_file_that_a_link_points_to()
    {
        string place = Path.Combine(_folder, "place");
        string link = Path.Combine(_folder, "link");
        File.WriteAllText(place, "older");
        File.CreateSymbolicLink(link, place);

        using (AtomicFile file = AtomicFile.Create(link))
        {
            file.WriteByName(temporary => File.WriteAllText(temporary, "newer"));
            Assert.Equal("older", File.ReadAllText(place));
            file.Commit();
        }

        Assert.Equal("newer", File.ReadAllText(place));
        Assert.Equal(place, new FileInfo(link).LinkTarget);
        Assert.Equal([link, place], Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public void A_failure_while_writing_by_name_leaves_the_older_file_alone()
    {
        string path = Path.Combine(_folder, "place");
        File.WriteAllText(path, "older");

        using (AtomicFile file = AtomicFile.Create(path))
        {
            OutputFileException failure = Assert.Throws<OutputFileException>(
                () => file.WriteByName(temporary =>
                {
                    File.WriteAllText(temporary, "newer");
                    throw new IOException("No space left on device");
                }));
            Assert.Equal($"'{path}' cannot be written: No space left on device.", failure.Message);
        }

        Assert.Equal("older", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_is_missing_for_the_writing_leaves_nothing_behind()
    {
        string path = Path.Combine(_folder, "place");

        using (AtomicFile file = AtomicFile.Create(path))
        {
            Assert.Throws<DllNotFoundException>(
                () => file.WriteByName(_ => throw new DllNotFoundException("no library")));
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }
}
