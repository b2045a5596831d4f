using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>Runs that go on from a checkpoint: <c>resume</c> and <c>stylize</c>'s part of it.</summary>
[Collection(CommandFiles.Collection)]
public sealed class ResumeCommandTests(CommandFiles files) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-resume-").FullName;

    public static TheoryData<string[]> Runs =>
    [
        ["--preset", "balanced"],
        ["--preset", "multiscale", "--coarsest", "0", "--keep-colors", "luminance"],
        ["--preset", "keras", "--stretch", "--on-divergence", "stop"],
        ["--preset", "gatys", "--style-mask", "alpha"],
        ["--preset", "average", "--start", "noise", "--seed", "3"],
    ];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_longer_run_is_that_of_one_which_was_never_stopped(string[] options)
    {
        Stylize("whole.png", options, "--iterations", "6");
        Stylize(
            "part.png", options, "--iterations", "4", "--keep-checkpoint", "--checkpoint-every", "3");
        string printed = CommandLineAssert.Succeeds("resume", PathOf("part.png.ilgpustyle"), "--iterations", "6");

        Assert.Equal(PathOf("part.png") + Environment.NewLine, printed);
        Assert.Equal(File.ReadAllBytes(PathOf("whole.png")), File.ReadAllBytes(PathOf("part.png")));
        Assert.Equal(LogOf("whole.png"), LogOf("part.png"));
        // The recorded run keeps its checkpoint, so this one does too.
        Assert.True(File.Exists(PathOf("part.png.ilgpustyle")));
    }

    [Fact]
    public void The_checkpoint_goes_when_the_run_ends_well_and_another_output_leaves_it()
    {
        Stylize("run.png", [], "--iterations", "4", "--checkpoint-every", "1");
        Assert.False(File.Exists(PathOf("run.png.ilgpustyle")));

        Stylize("run.png", [], "--iterations", "4", "--keep-checkpoint");
        string checkpoint = PathOf("run.png.ilgpustyle");
        Assert.True(File.Exists(checkpoint));
        CommandLineAssert.Succeeds(
            "resume", checkpoint, "--iterations", "5", "--output", PathOf("other.png"), "--quiet");
        Assert.True(File.Exists(PathOf("other.png")));
        Assert.True(File.Exists(checkpoint));
    }

    [Fact]
    public void A_checkpoint_is_found_from_any_folder_and_leaves_no_other_file()
    {
        string[] relative = [.. files.Pictures.Select(
            word => File.Exists(word) ? Path.GetRelativePath(Environment.CurrentDirectory, word) : word)];
        string output = Path.GetRelativePath(Environment.CurrentDirectory, PathOf("run.png"));
        CommandLineAssert.Succeeds(
            ["stylize", .. relative, "--output", output, "--iterations", "2", "--keep-checkpoint"]);
        string header = File.ReadAllText(PathOf("run.png.ilgpustyle"));
        Assert.Contains(files.Content, header, StringComparison.Ordinal);
        Assert.DoesNotContain(relative[1], header, StringComparison.Ordinal);
        Assert.Equal(
            ["run.png", "run.png.ilgpustyle"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Inputs_that_have_changed_are_refused_by_name()
    {
        string content = PathOf("content.png");
        File.Copy(files.Content, content);
        string[] pictures = [.. files.Pictures.Select(word => word == files.Content ? content : word)];
        CommandLineAssert.Succeeds(
            ["stylize", .. pictures, "--output", PathOf("run.png"), "--iterations", "2", "--keep-checkpoint"]);
        PictureFile.Save(PictureFile.Load(files.Style, 1), content);
        string sentence = CommandLineAssert.Refuses(
            ExitCode.File, ["resume", PathOf("run.png.ilgpustyle"), "--iterations", "3"]);
        Assert.StartsWith(
            $"ilgpustyle: '{content}' (--content) is not the file that the run began with", sentence,
            StringComparison.Ordinal);
        File.Delete(content);
        Assert.StartsWith(
            $"ilgpustyle: '{content}' does not exist",
            CommandLineAssert.Refuses(ExitCode.File, ["resume", PathOf("run.png.ilgpustyle")]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_checkpoint_is_refused_in_one_sentence()
    {
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{PathOf("none")}' does not exist.", "resume", PathOf("none"));
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{files.Content}' is no checkpoint that can be used: ", "resume", files.Content);
        Stylize("run.png", [], "--iterations", "2", "--keep-checkpoint");
        string checkpoint = PathOf("run.png.ilgpustyle");
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[^100] ^= 4;
        File.WriteAllBytes(checkpoint, bytes);
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{checkpoint}' is no checkpoint that can be used: its hash is another.",
            "resume", checkpoint);
    }

    [Fact]
    public void Help_states_the_default_of_every_option()
    {
        string[] options = CommandLineAssert.HelpOnOptions("resume");
        Assert.Equal(10, options.Length);
        Assert.All(options, option => Assert.Contains("Default: ", option, StringComparison.Ordinal));
    }

    [Fact]
    public void Fewer_steps_than_are_done_are_refused()
    {
        Stylize("run.png", [], "--iterations", "4", "--keep-checkpoint");
        CommandLineAssert.Refuses(
            ExitCode.Usage, "--iterations leaves 3 steps where 4 are done already",
            "resume", PathOf("run.png.ilgpustyle"), "--iterations", "3");
    }

    [Fact]
    public void An_output_over_which_the_checkpoint_would_go_is_refused()
    {
        string content = PathOf("run.png.ilgpustyle");
        File.Copy(files.Content, content);
        string[] pictures = [.. files.Pictures.Select(word => word == files.Content ? content : word)];
        Assert.StartsWith(
            $"ilgpustyle: the checkpoint '{content}' would overwrite --content '{content}'",
            CommandLineAssert.Refuses(ExitCode.Usage, ["stylize", .. pictures, "--output", PathOf("run.png")]),
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string[] LogOf(string output) =>
        [.. File.ReadLines(PathOf($"{output}.csv")).Select(line => line[..line.LastIndexOf(',')])];

    private string[] Stylize(string output, string[] options, params string[] others)
    {
        CommandLineAssert.Succeeds(
            ["stylize", .. files.Pictures, "--output", PathOf(output), "--log", PathOf($"{output}.csv"), .. options,
                .. others]);
        return LogOf(output);
    }
}
