using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary><c>train</c>, and <c>resume</c> where it goes on with a training.</summary>
[Collection(CommandFiles.Collection)]
public sealed class TrainCommandTests : IDisposable
{
    private readonly CommandFiles _files;
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-train-").FullName;
    private readonly string _photos;

    public TrainCommandTests(CommandFiles files)
    {
        _files = files;
        _photos = PathOf("photos");
        Directory.CreateDirectory(_photos);
        var random = new Random(4);
        var size = new PictureSize(70, 80);
        for (int i = 0; i < 5; i++)
        {
            float[] rgb = [.. Enumerable.Range(0, 3 * (int)size.Pixels).Select(_ => (float)random.Next(256))];
            var small = new Picture(size, rgb);
            PictureFile.Save(
                Resampling.Resize(small, new PictureSize(140, 160), ResamplingFilter.Bicubic),
                Path.Combine(_photos, $"{i}.png"));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_training_writes_network_log_sheets_and_report()
    {
        string printed = Train(
            "style.onnx", "--iterations", "4", "--sheet-every", "2", "--log", PathOf("log.csv"), "--report",
            PathOf("report.html"));
        Assert.Equal(PathOf("style.onnx") + Environment.NewLine, printed);
        StyleNetwork network = NetworkFile.Read(PathOf("style.onnx"));
        Assert.Equal(StyleNetwork.Create([16, 16, 32], 3, 0).Parameters, network.Parameters);
        Assert.Equal("style", network.Metadata["style"]);
        Assert.Contains("\"fast\"", network.Metadata["recipe"], StringComparison.Ordinal);
        Assert.Equal(4, LogOf("log.csv").Count(line => !line.StartsWith('#')));
        // One photograph of five is held out: it and what the network makes of it.
        Assert.All(["style-2.png", "style-4.png"], sheet => Assert.Equal(
            new PictureSize(64, 128), PictureFile.Load(PathOf(sheet), 1).Size));
        string report = File.ReadAllText(PathOf("report.html"));
        Assert.Contains("it makes the same network", report, StringComparison.Ordinal);
        Assert.Contains("ilgpustyle train ", report, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("style.onnx.ilgpustyle")));
    }

    [Fact]
    public void A_training_goes_on_from_its_checkpoint_whenever_others_were_kept()
    {
        Train("whole.onnx", "--iterations", "6", "--log", PathOf("whole.csv"), "--keep-checkpoint");
        Train(
            "part.onnx", "--iterations", "6", "--log", PathOf("part.csv"), "--checkpoint-every", "4",
            "--keep-checkpoint");
        Assert.Equal(File.ReadAllBytes(PathOf("whole.onnx")), File.ReadAllBytes(PathOf("part.onnx")));
        CommandLineAssert.Succeeds(
            "resume", PathOf("part.onnx.ilgpustyle"), "--iterations", "8", "--output", PathOf("a.onnx"));
        CommandLineAssert.Succeeds(
            "resume", PathOf("whole.onnx.ilgpustyle"), "--iterations", "8", "--output", PathOf("b.onnx"));
        Assert.Equal(File.ReadAllBytes(PathOf("a.onnx")), File.ReadAllBytes(PathOf("b.onnx")));
        Assert.NotEqual(File.ReadAllBytes(PathOf("whole.onnx")), File.ReadAllBytes(PathOf("a.onnx")));
        string[] log = LogOf("part.csv");
        Assert.Equal(8, log.Count(line => !line.StartsWith('#')));
        // Each judgement stands behind the steps that it judges, those before the run was stopped too.
        Assert.Equal(
            Enumerable.Range(0, 9),
            log.Where(line => line.StartsWith('#')).Select(line => int.Parse(line.Split(' ')[4])));
        Assert.All(log.Index().Where(line => line.Item.StartsWith('#')), note => Assert.Equal(
            int.Parse(note.Item.Split(' ')[4]), log.Take(note.Index).Count(line => !line.StartsWith('#'))));
    }

    [Fact]
    public void Another_network_is_trained_further()
    {
        Train("first.onnx", "--iterations", "2");
        string told = CommandLineAssert.Run([.. Arguments(
            "second.onnx", "--from", PathOf("first.onnx"), "--iterations", "1")]).Error;
        double last = NetworkFile.Read(PathOf("first.onnx")).Metadata["held_out_loss"] is var loss
            ? double.Parse(loss)
            : double.NaN;
        Assert.Contains($"held-out loss after 0 iterations: {last:G5}", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_in_one_sentence()
    {
        Refuses(ExitCode.Usage, "--output 'style.png' is a network: its name must end in .onnx.", "style.png");
        Refuses(ExitCode.Usage, "--size must be a multiple of 4, such as 64, not 66.", "a.onnx", "--size", "66");
        Refuses(
            ExitCode.Usage, "--network is the size of a new network: leave it out with --from.", "a.onnx", "--from",
            _files.Style, "--network", "small");
        Refuses(ExitCode.File, $"'{_files.Style}' is no ONNX", "a.onnx", "--from", _files.Style);

        void Refuses(ExitCode code, string sentence, string output, params string[] more) =>
            CommandLineAssert.Refuses(
                code, sentence,
                [
                    "train", "--style", _files.Style, "--photos", _photos, "--output", output, .. _files.Network,
                    .. more,
                ]);
    }

    [Fact]
    public void A_training_goes_on_with_the_same_photographs_only()
    {
        Train("a.onnx", "--iterations", "2", "--keep-checkpoint");
        File.Copy(_files.Content, Path.Combine(_photos, "more.png"));
        Assert.Contains(
            "--photos must name the same photographs",
            CommandLineAssert.Refuses(ExitCode.File, ["resume", PathOf("a.onnx.ilgpustyle"), "--iterations", "3"]),
            StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string[] LogOf(string name) => [.. File.ReadAllLines(PathOf(name)).Skip(1)];

    private string[] Arguments(string output, params string[] more) =>
    [
        "train", "--style", _files.Style, "--photos", _photos, "--output", PathOf(output), "--size", "64",
        .. _files.Network,
        .. more.Contains("--from") ? more : [.. more, "--network", "tiny"],
    ];

    private string Train(string output, params string[] more) =>
        CommandLineAssert.Succeeds(Arguments(output, more));
}
