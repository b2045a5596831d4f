using System.Diagnostics;
using System.Globalization;
using System.Text;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static void Write(string path, string text)
    {
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(text)));
        file.Commit();
    }

    private static void AssertRefused(string path, string reason) => Assert.Equal(
        $"'{path}' cannot be written: {reason}.",
        Assert.Throws<OutputFileException>(() => AtomicFile.Create(path)).Message);

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
    public void A_link_to_a_file_that_is_not_there_makes_it()
    {
        Directory.CreateDirectory(InFolder("folder"));
        Directory.CreateSymbolicLink(InFolder("short"), "folder");
        File.CreateSymbolicLink(InFolder("link"), "short/../place");

        Write(InFolder("link"), "new");

        Assert.Equal("new", File.ReadAllText(InFolder("place")));
        Assert.Equal("short/../place", new FileInfo(InFolder("link")).LinkTarget);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(InFolder("one"), "two");
        File.CreateSymbolicLink(InFolder("two"), "one");
        AssertRefused(InFolder("one"), "its links lead round in a circle");
    }

    [Fact]
    public void A_pipe_is_refused_and_stays()
    {
        string path = InFolder("pipe");
        using (Process mkfifo = Process.Start("mkfifo", path))
            mkfifo.WaitForExit();
        AssertRefused(path, "it is a pipe, not a file");
        Assert.True(File.Exists(path));
        // What is no pipe could be written to its end here.
        using FileStream pipe = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        Assert.False(pipe.CanSeek);
    }

    [Fact]
    public void Where_standard_output_goes_is_no_file() => AssertRefused("/dev/stdout", "it is a device, not a file");

    /// <summary>Linux keeps files in memory there.</summary>
    [Fact]
    public void Not_all_that_is_under_dev_is_a_device()
    {
        string path = $"/dev/shm/ilgpustyle-{Guid.NewGuid():N}";
        try
        {
            Write(path, "text");
            Assert.Equal("text", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Two_files_of_one_place_do_not_disturb_each_other()
    {
        string path = InFolder("place");
        using AtomicFile first = AtomicFile.Create(path);
        using AtomicFile second = AtomicFile.Create(path);
        first.Write(stream => stream.WriteByte((byte)'1'));
        second.Write(stream => stream.WriteByte((byte)'2'));
        first.Commit();
        Assert.Equal("1", File.ReadAllText(path));
        second.Commit();
        Assert.Equal("2", File.ReadAllText(path));
    }

    [Fact]
    public void The_longest_name_can_be_written()
    {
        string path = InFolder(new string('n', 255));
        Write(path, "text");
        Assert.Equal("text", File.ReadAllText(path));
    }

    /// <summary>Only moving tells that it is too long, or trying it.</summary>
    [Fact]
    public void A_name_that_is_too_long_is_refused_before_it_is_written()
    {
        string path = InFolder(new string('n', 256));
        Assert.StartsWith(
            $"'{path}' cannot be written: ",
            Assert.Throws<OutputFileException>(() => AtomicFile.CheckWritable(path)).Message, StringComparison.Ordinal);
        AtomicFile.CheckWritable(InFolder(new string('n', 255)));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_name_that_is_not_utf_8_is_refused() =>
        AssertRefused(InFolder("caf\uFFFD.png"), "its name is not UTF-8");

    [Fact]
    public void What_a_killed_process_has_left_is_deleted_by_the_next_that_writes_there()
    {
        string own = Leftovers.NewPath(_folder);
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string dead;
        using (Process ended = Process.Start("true"))
        {
            ended.WaitForExit();
            dead = ended.Id.ToString(CultureInfo.InvariantCulture);
        }
        string left = own.Replace($"-{process}-", $"-{dead}-");
        string open = Leftovers.NewPath(_folder).Replace($"-{process}-", $"-{dead}-");
        string others = left.Replace(".ilgpustyle-", ".ilgpustyle-elsewhere");
        string older = InFolder(".ilgpustyle-0123456789abcdef0123456789abcdef.part");
        foreach (string path in (string[])[own, left, open, others, older])
            File.WriteAllText(path, "left");
        using (new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.Read))
            AtomicFile.CheckWritable(InFolder("out.png"));

        Assert.Equal(((string[])[own, open, others, older]).Order(), Directory.GetFiles(_folder).Order());
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
