using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Bulk;

/// <summary>A batch that is stopped, on Linux, goes on where it was.</summary>
[Collection(CommandFiles.Collection)]
public sealed class KilledBatchTests : IDisposable
{
    private const int Pictures = 4;

    private readonly CommandFiles _files;
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-killed-batch-").FullName;

    public KilledBatchTests(CommandFiles files)
    {
        _files = files;
        Directory.CreateDirectory(InFolder("in"));
        for (int i = 0; i < Pictures; i++)
            File.Copy(i % 2 == 0 ? files.Content : files.Style, InFolder($"in/{i}.png"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void After_kills_no_picture_is_made_twice_none_is_missing_and_none_is_half()
    {
        var random = new Random(5);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, ProgramProcess.Run(null, Folder("whole", iterations: 30)));
        TimeSpan length = clock.Elapsed;
        int code = -1;
        var done = new Dictionary<string, DateTime>();
        for (int kill = 0; kill <= ProgramProcess.Kills && code != 0; kill++)
        {
            code = ProgramProcess.Run(
                kill < ProgramProcess.Kills ? length * random.NextDouble() : null, Folder("killed", iterations: 30));
            foreach (string record in Files("killed/.ilgpustyle", "*.json"))
            {
                string output = InFolder($"killed/{Path.GetFileNameWithoutExtension(record)}");
                done.TryAdd(output, File.GetLastWriteTimeUtc(output));
            }
            foreach (string output in Files("killed", "*.png"))
            {
                Assert.Equal(
                    File.ReadAllBytes(InFolder($"whole/{Path.GetFileName(output)}")), File.ReadAllBytes(output));
            }
        }
        Assert.Equal(0, code);
        Assert.Equal(Pictures, done.Count);
        Assert.All(done, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(Pictures, Files("killed", "*").Length);
    }

    [Fact]
    public void The_picture_in_work_goes_on_from_its_checkpoint()
    {
        string output = InFolder("out/0.png");
        string checkpoint = CheckpointWriter.PathOf(output);
        string log = InFolder("log.csv");
        File.WriteAllText(
            InFolder("jobs.csv"), $"content,output,log\n{InFolder("in/0.png")},{output},{log}\n");
        Directory.CreateDirectory(InFolder("out"));
        string[] command =
        [
            "batch", InFolder("jobs.csv"), "--style", _files.Style, .. _files.Network, "--size", "46x33",
            "--iterations", "1000", "--checkpoint-every", "1",
        ];
        using (Process process = ProgramProcess.Start("INT", command))
        {
            while (!File.Exists(checkpoint) && !process.HasExited)
                Thread.Sleep(1);
            ProgramProcess.Send("INT", process.Id);
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Equal((int)ExitCode.Interrupted, process.ExitCode);
        }
        Assert.True(File.Exists(output));
        double milliseconds;
        using (Checkpoint kept = Checkpoint.Open(checkpoint))
            milliseconds = kept.History[0].Milliseconds;

        CommandLineAssert.Succeeds(command);
        string[] rows = [.. File.ReadLines(log).Skip(1)];
        Assert.Equal(1000, rows.Length);
        // A run from the start would have taken another time.
        Assert.EndsWith(
            $",{milliseconds.ToString("G9", CultureInfo.InvariantCulture)}", rows[0], StringComparison.Ordinal);
        Assert.False(File.Exists(checkpoint));
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private string[] Files(string folder, string pattern) =>
        Directory.Exists(InFolder(folder)) ? Directory.GetFiles(InFolder(folder), pattern) : [];

    private string[] Folder(string output, int iterations) =>
    [
        "stylize", "--content", InFolder("in"), "--style", _files.Style, "--output", InFolder(output),
        .. _files.Network, "--size", "46x33", "--iterations", $"{iterations}", "--checkpoint-every", "1",
    ];
}
