using System.Globalization;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>What a run of <c>stylize</c> leaves behind.</summary>
[Collection(CommandFiles.Collection)]
public sealed class StylizeCommandTests(CommandFiles files, StylizeCommandTests.FiveIterations run)
    : IClassFixture<StylizeCommandTests.FiveIterations>
{
    private static readonly string[] Edges =
        ["horizontal-deltas", "horizontal-sobel", "vertical-deltas", "vertical-sobel"];

    [Fact]
    public void The_result_has_the_contents_size_and_transparency()
    {
        Picture content = PictureFile.LoadVisible(files.Content, 1);
        Picture result = PictureFile.Load(run.Output, 1);
        Assert.Equal(CommandFiles.ContentSize, result.Size);
        Assert.Equal(content.Alpha, result.Alpha);
        Assert.NotEqual(content.Rgb, result.Rgb);
    }

    [Fact]
    public void Progress_goes_to_standard_error_and_the_results_path_to_standard_output()
    {
        Assert.Equal(run.Output + Environment.NewLine, run.Printed);
        string[] lines = run.Told.Split(Environment.NewLine);
        Assert.StartsWith($"content {files.Content}: 46×33 → 46×33", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("iteration 1 of 5: loss ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("iteration 5 of 5: loss ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_has_a_row_an_iteration_whose_terms_add_up()
    {
        string[] lines = File.ReadAllLines(run.Log);
        Assert.Equal("iteration,loss,content,style,total_variation,learning_rate,milliseconds", lines[0]);
        double[][] rows = [.. lines[1..].Select(Numbers)];
        Assert.Equal([0, 1, 2, 3, 4], rows.Select(row => row[0]));
        Assert.All(rows, row =>
        {
            Assert.Equal(7, row.Length);
            Assert.InRange((row[2] + row[3] + row[4]) / row[1], 1 - 1e-6, 1 + 1e-6);
            Assert.True(row[5] >= 0); // 0 where the step goes back to the best picture.
            Assert.True(row[6] > 0);
        });
        // The run starts from the content, whose content loss is nothing, and balanced makes its style loss 10.
        Assert.Equal(0, rows[0][2]);
        Assert.Equal(10, rows[0][3], 1e-5);
        Assert.True(rows[1][2] > 0);
        // Half as much after a hundred iterations.
        Assert.Equal(Math.Pow(0.5, 0.01), rows[1][5] / rows[0][5], 1e-6);
        Assert.True(rows[4][1] < rows[0][1]);
    }

    [Fact]
    public void Pictures_are_saved_on_the_way_under_the_iterations_number() => Assert.Equal(
        ["out-2.png", "out-4.png", "out.png"],
        Directory.GetFiles(Path.GetDirectoryName(run.Output)!, "out*.png").Select(Path.GetFileName).Order());

    [Fact]
    public void A_shorter_run_is_the_beginning_of_a_longer_one_and_quiet_if_asked()
    {
        string output = files.PathOf("short.png");
        string log = files.PathOf("short.csv");
        (ExitCode code, string printed, string told) = CommandLineAssert.Run(
            ["stylize", .. files.Pictures, "--iterations", "2", "--output", output, "--log", log, "--quiet"]);
        Assert.Equal((ExitCode.Done, output + Environment.NewLine, ""), (code, printed, told));
        // The file also tells the command, whose steps differ.
        Assert.Equal(Levels(run.OutputAfter(2)), Levels(output));
        Assert.NotEqual(Levels(run.OutputAfter(4)), Levels(output));
        // All but the milliseconds.
        Assert.Equal(
            File.ReadLines(run.Log).Take(3).Select(line => line[..line.LastIndexOf(',')]),
            File.ReadLines(log).Select(line => line[..line.LastIndexOf(',')]));

        static float[] Levels(string path) => PictureFile.Load(path, 1).Rgb;
    }

    [Fact]
    public void Edges_of_content_and_result_are_shown()
    {
        Assert.Equal(
            new[] { "content", "result" }.SelectMany(of => Edges.Select(kind => $"{of}-{kind}.png")),
            Directory.GetFiles(run.EdgesFolder).Select(Path.GetFileName).Order());
        foreach (string kind in Edges)
        {
            PictureSize size = CommandFiles.ContentSize;
            PictureSize expected = kind switch
            {
                "horizontal-deltas" => size with { Height = size.Height - 1 },
                "vertical-deltas" => size with { Width = size.Width - 1 },
                _ => size,
            };
            Picture content = PictureFile.Load(Path.Combine(run.EdgesFolder, $"content-{kind}.png"), 1);
            Picture result = PictureFile.Load(Path.Combine(run.EdgesFolder, $"result-{kind}.png"), 1);
            Assert.Equal((expected, expected), (content.Size, result.Size));
            Assert.NotEqual(content.Rgb, result.Rgb);
        }
    }

    [Fact]
    public void Stretched_levels_reach_from_0_to_255()
    {
        string output = files.PathOf("stretched.png");
        CommandLineAssert.Succeeds(
            ["stylize", .. files.Pictures, "--iterations", "2", "--output", output, "--stretch"]);
        float[] stretched = PictureFile.Load(output, 1).Rgb;
        Assert.Equal((0, 255), (stretched.Min(), stretched.Max()));
        float[] plain = PictureFile.Load(run.OutputAfter(2), 1).Rgb;
        Assert.True(plain.Min() > 0 && plain.Max() < 255);
    }

    [Fact]
    public void That_a_jpeg_loses_transparency_is_told()
    {
        string lost = $"The content's transparency is lost in '{files.PathOf("lost.jpg")}': a name that ends in .png "
            + "would keep it.";
        (_, _, string told) = CommandLineAssert.Run(
            ["stylize", .. files.Pictures, "--iterations", "1", "--output", files.PathOf("lost.jpg")]);
        Assert.Contains(lost, told.Split(Environment.NewLine));
        Assert.DoesNotContain("transparency", run.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_command_gives_the_same_jpeg()
    {
        string[] outputs = [files.PathOf("one.jpg"), files.PathOf("two.jpeg")];
        foreach (string output in outputs)
        {
            CommandLineAssert.Succeeds(
            [
                "stylize", "--content", files.Style, "--style", files.Content, "--size", "36x44", .. files.Network,
                "--iterations", "1", "--output", output,
            ]);
        }
        byte[] jpeg = File.ReadAllBytes(outputs[0]);
        Assert.Equal([0xFF, 0xD8, 0xFF], jpeg[..3]);
        Assert.Equal(jpeg, File.ReadAllBytes(outputs[1]));
        Assert.Equal(new PictureSize(44, 36), PictureFile.Load(outputs[0], 1).Size);

        CommandLineAssert.Succeeds(
        [
            "stylize", "--content", files.Style, "--style", files.Content, "--size", "36x44", .. files.Network,
            "--iterations", "1", "--jpeg-quality", "40", "--output", outputs[1],
        ]);
        Assert.InRange(new FileInfo(outputs[1]).Length, 1, jpeg.Length * 2 / 3);
    }

    [Fact]
    public void A_run_that_diverges_saves_the_last_finite_picture_and_its_log()
    {
        string output = files.PathOf("diverged.png");
        string log = files.PathOf("diverged.csv");
        string sentence = CommandLineAssert.Refuses(
            ExitCode.LossNotFinite,
            [
                "stylize", .. files.Pictures, "--iterations", "5", "--learning-rate", "1e30", "--clamp", "off",
                "--on-divergence", "stop",
                "--output", output, "--log", log,
            ]);
        Assert.Contains("no longer finite at iteration 1: lower --learning-rate", sentence, StringComparison.Ordinal);
        // Before the only step that was made.
        Assert.Equal(
            PictureFile.LoadVisible(files.Content, 1).Rgb.Select(level => MathF.Round(level)),
            PictureFile.Load(output, 1).Rgb);
        Assert.Equal(File.ReadLines(run.Log).ElementAt(1).Split(',')[..5], File.ReadAllLines(log)[1].Split(',')[..5]);
    }

    private static double[] Numbers(string row) =>
        [.. row.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>Five iterations of preset balanced, with all that can be written of them.</summary>
    public sealed class FiveIterations
    {
        public FiveIterations(CommandFiles files)
        {
            Output = files.PathOf("out.png");
            Log = files.PathOf("log.csv");
            EdgesFolder = files.PathOf("edges");
            (ExitCode code, Printed, Told) = CommandLineAssert.Run(
            [
                "stylize", .. files.Pictures, "--iterations", "5", "--save-every", "2", "--output", Output,
                "--log", Log, "--show-edges", EdgesFolder,
            ]);
            Assert.True(code == ExitCode.Done, Told);
        }

        public string Output { get; }

        public string Log { get; }

        public string EdgesFolder { get; }

        /// <summary>On standard output.</summary>
        public string Printed { get; }

        /// <summary>On standard error.</summary>
        public string Told { get; }

        /// <summary>The picture that was saved after so many iterations.</summary>
        public string OutputAfter(int iterations) =>
            Path.Combine(Path.GetDirectoryName(Output)!, $"out-{iterations}.png");
    }
}
