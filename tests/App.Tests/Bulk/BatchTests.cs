using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Bulk;

/// <summary>Many pictures by one command: <c>stylize</c> with a folder, and <c>batch</c>.</summary>
[Collection(CommandFiles.Collection)]
public sealed class BatchTests : IDisposable
{
    private readonly CommandFiles _files;
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-batch-").FullName;

    public BatchTests(CommandFiles files)
    {
        _files = files;
        Directory.CreateDirectory(InFolder("in"));
        float[] rgb = PictureFile.LoadVisible(files.Content, 1).Rgb;
        foreach (int number in (int[])[1, 2, 10])
        {
            float[] levels = [.. rgb.Select((level, i) => (level + i * number) % 256)];
            PictureFile.Save(new Picture(CommandFiles.ContentSize, levels), InFolder($"in/{number}.png"));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folders_pictures_are_those_of_single_runs_and_are_made_once()
    {
        string[] command = Folder("out");
        (ExitCode code, string printed, string told) = CommandLineAssert.Run(command);
        Assert.True(code == ExitCode.Done, told);
        string[] outputs = [InFolder("out/1.png"), InFolder("out/2.png"), InFolder("out/10.png")];
        Assert.Equal(string.Concat(outputs.Select(output => output + Environment.NewLine)), printed);
        Assert.All((int[])[1, 2, 10], number => Assert.Equal(Single($"in/{number}.png"), Levels($"out/{number}.png")));

        DateTime[] written = [.. outputs.Select(File.GetLastWriteTimeUtc)];
        Assert.Equal("", CommandLineAssert.Succeeds(command));
        Assert.Equal(written, outputs.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void What_is_no_longer_as_it_was_is_made_again()
    {
        string[] command = Folder("out");
        CommandLineAssert.Succeeds(command);
        File.Copy(InFolder("in/1.png"), InFolder("in/2.png"), overwrite: true);
        File.WriteAllText(InFolder("out/10.png"), "not what was written");
        Assert.Equal(Lines("out/2.png", "out/10.png"), CommandLineAssert.Succeeds(command));
        Assert.Equal(Levels("out/1.png"), Levels("out/2.png"));
        Assert.Equal(Single("in/10.png"), Levels("out/10.png"));

        File.WriteAllText(InFolder("out/.ilgpustyle/1.png.json"), "{ \"format\": 1, ");
        Assert.Equal(Lines("out/1.png"), CommandLineAssert.Succeeds(command));
        Assert.Equal(
            Lines("out/1.png", "out/2.png", "out/10.png"),
            CommandLineAssert.Succeeds([.. command, "--content-weight", "3"]));
    }

    [Fact]
    public void One_that_fails_is_listed_at_the_end_and_the_others_are_made()
    {
        File.WriteAllText(InFolder("in/1.png"), "no picture");
        (ExitCode code, string printed, string told) = CommandLineAssert.Run(Folder("out"));
        Assert.Equal((ExitCode.LossGrew, Lines("out/2.png", "out/10.png")), (code, printed));
        string[] lines = told.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("2 made", lines[^2].Split(" in ")[0], StringComparison.Ordinal);
        Assert.EndsWith("0 done before, 1 failed", lines[^2].TrimEnd(), StringComparison.Ordinal);
        Assert.StartsWith(
            $"ilgpustyle: '{InFolder("in/1.png")}' is not a picture", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_style_has_a_folder_of_its_own()
    {
        string other = InFolder("other.png");
        File.Copy(InFolder("in/10.png"), other);
        CommandLineAssert.Succeeds(
        [
            "stylize", "--content", InFolder("in/*0.png"), "--style", _files.Style, other, "--style-scale", "1", "0.9",
            "--each-style", "--output", InFolder("out"), .. Settings,
        ]);
        Assert.Equal(Single("in/10.png"), Levels("out/style/10.png"));
        CommandLineAssert.Succeeds(
        [
            "stylize", "--content", InFolder("in/10.png"), "--style", other, "--style-scale", "0.9",
            "--output", InFolder("single.png"), .. Settings,
        ]);
        Assert.Equal(Levels("single.png"), Levels("out/other/10.png"));
    }

    [Fact]
    public void Shards_together_are_the_whole()
    {
        CommandLineAssert.Succeeds(Folder("whole"));
        string printed = string.Concat(
            ((string[])["1/3", "2/3", "3/3"]).Select(shard =>
                CommandLineAssert.Succeeds([.. Folder("shards"), "--shard", shard])));
        Assert.Equal(Lines("shards/1.png", "shards/2.png", "shards/10.png"), printed);
        Assert.All((int[])[1, 2, 10], number => Assert.Equal(
            Levels($"whole/{number}.png"), Levels($"shards/{number}.png")));
        Assert.Equal("", CommandLineAssert.Succeeds(Folder("shards")));
    }

    [Fact]
    public void A_frame_starts_from_the_result_before_it_with_the_noise_of_the_recipe()
    {
        string[] noise = ["--preset", "average"];
        CommandLineAssert.Succeeds([.. Folder("out"), "--start", "previous", .. noise]);
        Assert.Equal(Single("in/1.png", noise), Levels("out/1.png"));
        Assert.Equal(
            Single("in/2.png", [.. noise, "--start", InFolder("out/1.png"), "--noise", "1"]), Levels("out/2.png"));
        Assert.Equal(
            Single("in/10.png", [.. noise, "--start", InFolder("out/2.png"), "--noise", "1"]), Levels("out/10.png"));

        File.Delete(InFolder("out/2.png"));
        // It comes out as it was, so that the next need not be made again.
        Assert.Equal(
            Lines("out/2.png"), CommandLineAssert.Succeeds([.. Folder("out"), "--start", "previous", .. noise]));
    }

    [Fact]
    public void A_table_has_a_row_a_picture_and_options_for_all()
    {
        File.WriteAllText(
            InFolder("jobs.csv"),
            $"content,output,style,style,iterations,stretch\r\n"
            + $"{InFolder("in/1.png")},{InFolder("a.png")},{_files.Style},,,\r\n"
            + $"{InFolder("in/2.png")},\"{InFolder("b, c.png")}\",{_files.Style},{InFolder("in/10.png")}:2,3,true\r\n");
        CommandLineAssert.Succeeds(["batch", InFolder("jobs.csv"), .. Settings]);
        Assert.Equal(Single("in/1.png"), Levels("a.png"));
        CommandLineAssert.Succeeds(
        [
            "stylize", "--content", InFolder("in/2.png"), "--style", _files.Style, $"{InFolder("in/10.png")}:2",
            "--stretch", "--output", InFolder("single.png"), .. Settings[..^2], "--iterations", "3",
        ]);
        Assert.Equal(Levels("single.png"), Levels("b, c.png"));
    }

    [Theory]
    [InlineData("", " is empty; its first row names options.")]
    [InlineData("content,style,output\n", " has no row below its header.")]
    [InlineData("content,sytle\na,b\n", " has a column 'sytle', which is no option of stylize (without its dashes).")]
    [InlineData("content,device\na,cpu\n", " has a column 'device', which is for the command, not for a row.")]
    [InlineData("content,style,output\na,b\n", " has 2 cells in row 2, but 3 in the first.")]
    [InlineData("content,style,output\na,b,c.png\n\"a,b,c.png\n", " is not CSV in row 3: a quote is not closed")]
    [InlineData("content,style\na,b\n", ", row 2: Option '--output' is required.")]
    [InlineData(
        "content,style,output,size\na,b,c.png,64\na,b,d.png,0x3\n",
        ", row 3, column 'size': --size '0x3' is not a size")]
    [InlineData("content,style,output,preset\na,b,c.png,monet\n", ", row 2, column 'preset': Unknown preset 'monet'")]
    [InlineData("content,style,output,set\na,b,c.png,x=1\n", ", row 2, column 'set': --set: x is unknown")]
    public void A_wrong_table_is_refused_by_row_and_column(string table, string sentence)
    {
        string path = InFolder("jobs.csv");
        File.WriteAllText(path, table);
        CommandLineAssert.Refuses(ExitCode.File, $"'{path}'{sentence}", "batch", path);
    }

    [Fact]
    public void What_does_not_go_together_is_refused_before_the_first_picture()
    {
        CommandLineAssert.Refuses(
            ExitCode.Usage, "--log is of one picture", [.. Folder("out"), "--log", InFolder("log.csv")]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"--output '{InFolder("out.png")}' must be a folder", Folder("out.png"));
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"--output '{InFolder("in/1.png")}' would overwrite --content", Folder("in"));
        CommandLineAssert.Refuses(
            ExitCode.Usage, "Unknown preset 'monet'", [.. Folder("out"), "--preset", "monet"]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, "--start previous goes from frame to frame",
            [.. Folder("out"), "--start", "previous", "--shard", "1/2"]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"--output '{InFolder("out.png")}' must be a folder",
            ["stylize", .. _files.Pictures, "--output", InFolder("out.png"), "--shard", "1/2"]);
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{InFolder("none")}' is a folder without",
            [.. Folder("out", Directory.CreateDirectory(InFolder("none")).FullName)]);
        CommandLineAssert.Refuses(
            ExitCode.Usage, "the result of ",
            [
                "stylize", "--content", InFolder("in"), "--style", _files.Style, _files.Style, "--each-style",
                "--output", InFolder("out"), .. Settings,
            ]);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.png"));
    }

    private string[] Settings =>
    [
        "--size", $"{CommandFiles.ContentSize.Width}x{CommandFiles.ContentSize.Height}", .. _files.Network,
        "--iterations", "2",
    ];

    private string InFolder(string name) => Path.Combine(_folder, name);

    private string[] Folder(string output, string? content = null) =>
    [
        "stylize", "--content", content ?? InFolder("in"), "--style", _files.Style, "--output", InFolder(output),
        .. Settings,
    ];

    /// <summary>What a run of its own makes of a picture.</summary>
    private float[] Single(string content, params string[] options)
    {
        CommandLineAssert.Succeeds(
        [
            "stylize", "--content", InFolder(content), "--style", _files.Style, "--output", InFolder("one.png"),
            .. Settings, .. options,
        ]);
        return Levels("one.png");
    }

    /// <summary>The picture; its file also tells the command, which may have other words.</summary>
    private float[] Levels(string name) => PictureFile.Load(InFolder(name), 1).Rgb;

    private string Lines(params string[] outputs) =>
        string.Concat(outputs.Select(output => InFolder(output) + Environment.NewLine));
}
