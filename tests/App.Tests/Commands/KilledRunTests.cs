using System.Diagnostics;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>A run that is killed again and again, on Linux, ends as one that was left alone.</summary>
[Collection(CommandFiles.Collection)]
public sealed class KilledRunTests(CommandFiles files) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-killed-").FullName;

    [Theory]
    [InlineData("momentum", "--preset", "balanced", "--iterations", "60", "--style-mask", "alpha")]
    [InlineData("adam", "--preset", "multiscale", "--coarsest", "32", "--iterations", "30")]
    [InlineData("lbfgs", "--preset", "gatys", "--iterations", "60", "--set", "optimizer.history=5")]
    public void The_picture_and_the_log_are_the_same(string name, params string[] options)
    {
        var random = new Random(name.Length);
        string whole = Path.Combine(_folder, $"{name}-whole.png");
        string killed = Path.Combine(_folder, $"{name}.png");
        string checkpoint = $"{killed}.ilgpustyle";
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, ProgramProcess.Run(null, Stylize(whole)));
        TimeSpan length = clock.Elapsed;

        int code = -1;
        for (int kill = 0; kill <= ProgramProcess.Kills && code != 0; kill++)
        {
            string[] command = File.Exists(checkpoint) ? ["resume", checkpoint] : Stylize(killed);
            code = ProgramProcess.Run(kill < ProgramProcess.Kills ? length * random.NextDouble() : null, command);
            if (File.Exists(killed))
                Assert.Equal(CommandFiles.ContentSize, PictureFile.Load(killed, 1).Size);
            if (code == 0 || !File.Exists(checkpoint))
                continue;
            // Whole at any moment.
            App.Checkpoints.Checkpoint.Open(checkpoint).Dispose();
        }
        Assert.Equal((int)ExitCode.Done, code);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(killed));
        Assert.Equal(LogOf(whole), LogOf(killed));

        string[] Stylize(string output) =>
        [
            "stylize", .. files.Pictures, .. options, "--output", output, "--log", $"{output}.csv",
            "--checkpoint-every", "1",
        ];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] LogOf(string output) =>
        [.. File.ReadLines($"{output}.csv").Select(line => line[..line.LastIndexOf(',')])];
}
