using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;

namespace IlgpuStyle.App.Tests.Commands;

[Collection(CommandFiles.Collection)]
public sealed class ApplyCommandTests : IDisposable
{
    private readonly CommandFiles _files;
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;
    private readonly string _network;

    public ApplyCommandTests(CommandFiles files)
    {
        _files = files;
        _network = PathOf("style.onnx");
        using FileStream stream = File.Create(_network);
        NetworkFile.Write(stream, new StyleNetwork(
            StyleNetwork.Create([8, 16, 32], 1, seed: 1).Layers,
            new Dictionary<string, string> { ["style"] = "painting.jpg", ["recipe"] = "{\"iterations\":4}" }));
    }

    [Fact]
    public void A_picture_comes_out_in_its_size_with_its_transparency()
    {
        string output = PathOf("out.png");
        Assert.Equal([output], Lines(Run(_files.Content, "--output", output).Output));
        Picture picture = PictureFile.Load(output, 1);
        Assert.Equal(CommandFiles.ContentSize, picture.Size);
        Assert.Equal(PictureFile.Load(_files.Content, 1).Alpha, picture.Alpha);
    }

    [Fact]
    public void Little_memory_makes_the_same_picture_in_bands()
    {
        // Without bands, more.
        string large = PathOf("large.png");
        PictureFile.Save(Gradient(new PictureSize(301, 202)), large);
        Apply(large, "--output", PathOf("whole.png"));
        Apply(large, "--output", PathOf("bands.png"), "--max-memory", "220");
        float[] whole = PictureFile.Load(PathOf("whole.png"), 1).Rgb;
        float[] bands = PictureFile.Load(PathOf("bands.png"), 1).Rgb;
        Assert.All(whole.Zip(bands), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
        Assert.InRange(whole.Zip(bands).Count(pair => pair.First != pair.Second), 0, whole.Length / 1000);
    }

    [Fact]
    public void Too_little_memory_is_refused_before_anything_is_written() => Assert.Matches(
        "needs [0-9]+ MiB of memory, but 100 MiB are available: scale it down, or allow a larger --max-memory.",
        Refused(ExitCode.Device, _files.Content, "--output", PathOf("out.png"), "--max-memory", "100"));

    [Fact]
    public void Several_pictures_go_to_a_folder_and_one_that_fails_leaves_the_others()
    {
        string folder = PathOf("pictures");
        Directory.CreateDirectory(folder);
        File.Copy(_files.Content, Path.Combine(folder, "a.png"));
        File.WriteAllText(Path.Combine(folder, "b.png"), "no picture");
        string results = PathOf("results");
        (ExitCode code, string output, string error) = Run(folder, _files.Style, "--output", results);
        Assert.Equal(ExitCode.LossGrew, code);
        Assert.Equal([Path.Combine(results, "a.png"), Path.Combine(results, "style.png")], Lines(output));
        Assert.Contains("3 pictures: 2 made", error, StringComparison.Ordinal);
        Assert.Contains("'" + Path.Combine(folder, "b.png") + "' is", error, StringComparison.Ordinal);
        Assert.Equal(
            PictureFile.Load(_files.Style, 1).Size, PictureFile.Load(Path.Combine(results, "style.png"), 1).Size);
    }

    [Fact]
    public void The_contents_luminance_can_be_kept()
    {
        string output = PathOf("out.png");
        Apply(_files.Style, "--output", output, "--keep-colors", "style");
        float[] content = ColorMatching.Grey(PictureFile.Load(_files.Style, 1)).Rgb;
        float[] result = ColorMatching.Grey(PictureFile.Load(output, 1)).Rgb;
        // Up to what is clipped and rounded.
        Assert.InRange(content.Zip(result).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 8);
        Assert.Contains(
            "take luminance, linear-after, histogram-after or style.",
            Refused(ExitCode.Usage, _files.Style, "--output", output, "--keep-colors", "linear"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_input_ends_in_a_sentence()
    {
        string small = PathOf("small.png");
        PictureFile.Save(Gradient(new PictureSize(4, 9)), small);
        Assert.Contains(
            "'" + small + "' is too small: 9×4 pixels, where each side must have at least 5.",
            Refused(ExitCode.File, small, "--output", PathOf("out.png")), StringComparison.Ordinal);
        Assert.Contains(
            "must be a folder for several pictures",
            Refused(ExitCode.Usage, small, _files.Style, "--output", PathOf("out.png")), StringComparison.Ordinal);
        Assert.Contains(
            "would overwrite",
            Refused(ExitCode.Usage, small, "--output", small), StringComparison.Ordinal);
        Assert.Contains(
            "is for JPEG",
            Refused(ExitCode.Usage, _files.Style, "--output", PathOf("out.png"), "--jpeg-quality", "9"),
            StringComparison.Ordinal);
        Assert.Contains(
            "'" + small + "' is no ONNX file, or it is damaged.",
            CommandLineAssert.Refuses(ExitCode.File, ["apply", small, small, "--output", PathOf("out.png")]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_shows_style_recipe_and_layers()
    {
        string text = CommandLineAssert.Succeeds("inspect", _network);
        Assert.Contains("style       painting.jpg", text, StringComparison.Ordinal);
        Assert.Contains("recipe      {\"iterations\":4}", text, StringComparison.Ordinal);
        Assert.Matches("down1 +convolution 3×3, stride 2 +128×128×16 +1168", text);
        Assert.Matches(@"conv2.tanh +150·tanh \+ 127.5 +256×256×3", text);
        Assert.All(Lines(text), line => Assert.InRange(line.Length, 0, 80));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Picture Gradient(PictureSize size) => new(
        size,
        [
            .. Enumerable.Range(0, (int)size.Pixels * 3)
                .Select(i => (float)((i % 3 * 60) + (i / 3 % size.Width * 7 % 100))),
        ]);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Apply(params string[] arguments) => Assert.Equal(ExitCode.Done, Run(arguments).Code);

    private string Refused(ExitCode code, params string[] arguments) =>
        CommandLineAssert.Refuses(code, ["apply", _network, .. arguments, "--device", CommandFiles.Device]);

    private (ExitCode Code, string Output, string Error) Run(params string[] arguments) =>
        CommandLineAssert.Run(["apply", _network, .. arguments, "--device", CommandFiles.Device]);

    private string PathOf(string name) => Path.Combine(_folder, name);
}
