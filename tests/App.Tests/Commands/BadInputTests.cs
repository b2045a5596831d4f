using System.Diagnostics;
using System.IO.Compression;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Tests.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>
/// What users give by mistake ends in one sentence that names it and in the documented exit code, and every file stays
/// as it was: nothing is replaced, nothing half-written is left.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public BadInputTests()
    {
        PictureFile.Save(Noise(new PictureSize(40, 48)), InFolder("good.png"));
        PictureFile.Save(Noise(new PictureSize(1, 1)), InFolder("pixel.png"));
        Directory.CreateDirectory(InFolder("folder"));
        File.WriteAllText(InFolder("empty.png"), "");
        File.WriteAllText(InFolder("text.png"), "not a picture at all\n");
        File.WriteAllText(InFolder("gif.png"), "GIF89a\u0001");
        File.WriteAllText(InFolder("bmp.jpg"), "BM123456");
        File.WriteAllText(InFolder("webp.jpg"), "RIFF1234WEBPVP8 ");
        byte[] jpeg = File.ReadAllBytes(Fixture.Open("pictures", "jpeg_420").PathOf("picture.jpg"));
        File.WriteAllBytes(InFolder("cut.jpg"), jpeg[..(jpeg.Length / 2)]);
        File.WriteAllBytes(InFolder("huge.png"), PngBytes.WithSides(File.ReadAllBytes(InFolder("good.png")), 40_000));
    }

    public static TheoryData<string, string, string> BadPictures
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (string option in (string[])["--content", "--style", "--start", "--style-mask", "--image"])
            {
                cases.Add(option, "none.png", "does not exist");
                cases.Add(option, "caf\uFFFD.png", "cannot be opened: its name is not UTF-8, rename it");
                if (option != "--content") // All pictures in it.
                    cases.Add(option, "folder", "is a folder");
                cases.Add(option, "empty.png", "is empty");
                cases.Add(option, "text.png", "is not a picture");
                cases.Add(option, "cut.jpg", "is truncated");
                cases.Add(option, "huge.png", "is too large: 40000×40000 pixels");
                cases.Add(option, "gif.png", "is a GIF file; save it as PNG or JPEG");
                cases.Add(option, "bmp.jpg", "is a BMP file; save it as PNG or JPEG");
                cases.Add(option, "webp.jpg", "is a WebP file; save it as PNG or JPEG");
                if (option is "--content" or "--style" or "--start")
                    cases.Add(option, "pixel.png", "is too small: 1×1 pixels");
            }
            return cases;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(BadPictures))]
    public void Pictures(string option, string file, string complaint)
    {
        string[] pictures = option switch
        {
            "--content" => ["--style", InFolder("good.png")],
            "--style" => ["--content", InFolder("good.png")],
            _ => ["--content", InFolder("good.png"), "--style", InFolder("good.png")],
        };
        string[] command = option == "--image" ? ["evaluate"] : ["stylize", "--output", InFolder("out.png")];
        Refused(ExitCode.File, file, complaint, [.. command, .. pictures, option, InFolder(file)]);
    }

    [Theory]
    [InlineData("features", "--layer", "block1_conv1", "--output", "out.npy", "--image", "text.png")]
    [InlineData("classify", "--weights", "none.h5", "text.png")]
    public void Pictures_of_other_commands(params string[] arguments) =>
        Refused(ExitCode.File, "text.png", "is not a picture",
        [.. arguments.Select(word => word.Contains('.', StringComparison.Ordinal) ? InFolder(word) : word)]);

    [Fact]
    public void A_pipe_is_no_picture()
    {
        string path = InFolder("pipe.png");
        using (Process mkfifo = Process.Start("mkfifo", path))
            mkfifo.WaitForExit();
        // Whoever opens a pipe waits for its other end.
        using FileStream writer = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{path}' is a pipe; name a file.", "evaluate", "--content", path, "--style", "s.png");
    }

    [Theory]
    [InlineData("/proc/x", "The folder '/proc/x' of --show-edges cannot be made: no permission.")]
    [InlineData("good.png", "good.png' is a file.")]
    [InlineData("good.png/edges", "good.png' is a file.")]
    public void Folders_that_cannot_be_made(string folder, string complaint) => Refused(
        ExitCode.Usage, folder, complaint,
        [.. Stylize, "--output", InFolder("out.png"), "--show-edges", folder[0] == '/' ? folder : InFolder(folder)]);

    /// <summary>100 million pixels are read, but only a third of them fit the network without resizing.</summary>
    [Fact]
    public void A_picture_whose_features_32_bit_indices_do_not_reach()
    {
        File.WriteAllBytes(InFolder("wide.png"), PngBytes.WithSides(File.ReadAllBytes(InFolder("good.png")), 5800));
        Refused(
            ExitCode.File, "wide.png", "is too large for VGG19: 5800×5800 pixels, where up to 33 million fit",
            ["features", "--layer", "block1_conv1", "--output", InFolder("f.npy"), "--image", InFolder("wide.png")]);
    }

    [Theory]
    [InlineData("missing/out.png", "there is no folder")]
    [InlineData("folder", "must end in .png, .jpg or .jpeg")]
    [InlineData("caf\uFFFD.png", "its name is not UTF-8")]
    [InlineData("out.gif", "must end in .png, .jpg or .jpeg")]
    [InlineData("/proc/out.png", "no permission to create files in '/proc'")]
    public void Results_that_cannot_be_written(string output, string complaint) => Refused(
        ExitCode.Usage, output, complaint,
        [.. Stylize, "--output", output is ['/', ..] ? output : InFolder(output)]);

    /// <summary>255 bytes are a name, 257 are none.</summary>
    [Fact]
    public void A_picture_on_the_way_whose_name_is_too_long()
    {
        string output = InFolder(new string('n', 251) + ".png");
        Refused(
            ExitCode.Usage, "-4.png' cannot be written: ", "is too long", [
                .. Stylize, "--output", output, "--save-every", "2", "--iterations", "5",
                "--coarsest", "0",
            ]);
    }

    [Theory]
    [InlineData("", "'' is empty: use --")]
    [InlineData("missing/out", "there is no folder")]
    [InlineData("folder", "it is a folder")]
    [InlineData("/dev/null", "it is a device")]
    [InlineData("/proc/out", "no permission to create files in '/proc'")]
    public void Other_outputs_that_cannot_be_written(string path, string complaint)
    {
        string output = path is "" or ['/', ..] ? path : InFolder(path);
        Refused(ExitCode.Usage, path, complaint, [.. Stylize, "--output", InFolder("out.png"), "--log", output]);
        Refused(ExitCode.Usage, path, complaint, [.. Evaluate, "--gradient", output]);
        Refused(ExitCode.Usage, path, complaint, ["weights", "synthesize", "--output", output]);
        Refused(
            ExitCode.Usage, path, complaint,
            ["features", "--image", InFolder("good.png"), "--layer", "block1_conv1", "--output", output]);
    }

    [Theory]
    [InlineData("none.h5", "does not exist; 'weights download' gets the official one")]
    [InlineData("caf\uFFFD.h5", "cannot be opened: its name is not UTF-8, rename it; 'weights download'")]
    [InlineData("folder", "is a folder; name the .h5 file in it")]
    [InlineData("empty.png", "is not an HDF5 file")]
    [InlineData("text.png", "is not an HDF5 file")]
    [InlineData("keras1.h5", "is truncated: it holds 60000 of ")]
    [InlineData("theano.h5", "Theano's order (output × input channels × height × width)")]
    [InlineData("layer_missing.h5", "has no layer block3_conv4")]
    [InlineData("wrong_shape.h5", "the kernel of layer block2_conv1 is 3×3×64×127 where 3×3×64×128")]
    [InlineData("not_finite.h5", "the kernel of layer block4_conv2 holds NaN or infinity")]
    public void Weights(string file, string complaint)
    {
        string packed = Path.Combine(AppContext.BaseDirectory, "ReferenceWeights", file + ".gz");
        if (File.Exists(packed))
        {
            using var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using FileStream target = File.Create(InFolder(file));
            source.CopyTo(target);
            if (file == "keras1.h5")
                target.SetLength(60_000);
        }
        Refused(ExitCode.Weights, file, complaint, [.. Evaluate, "--weights", InFolder(file)]);
    }

    /// <summary>What 'weights download' gets has no dense top.</summary>
    [Fact]
    public void Missing_weights_of_classify() => Refused(
        ExitCode.Weights, "none.h5", "does not exist; Keras publishes the one with the dense top at https://",
        ["classify", "--weights", InFolder("none.h5"), InFolder("good.png")]);

    [Theory]
    [InlineData("--preset", "monet", "Unknown preset 'monet': the presets are balanced, ")]
    [InlineData("--iterations", "-5", "--iterations must be a whole number of at least 1, not '-5'")]
    [InlineData("--size", "0", "--size '0' is not a size: use N or WxH with whole numbers from 1 to 8192")]
    [InlineData("--size", "100000", "--size '100000' is not a size")]
    [InlineData("--size", "99999999999", "--size '99999999999' is not a size")]
    [InlineData("--seed", "99999999999999999999", "--seed must be a whole number of at most 2147483647, not '9999")]
    [InlineData("--iterations", "2147483648", "--iterations must be a whole number of at most 2147483647, not '2147")]
    [InlineData("--jpeg-quality", "0", "--jpeg-quality must be a whole number from 1 to 100, not '0'")]
    [InlineData("--jpeg-quality", "60", "--jpeg-quality 60 is for JPEG, but '")]
    [InlineData("--size", "10", "good.png' would be 10×8 pixels, but preset balanced needs at least 16 on each side")]
    [InlineData("--device", "gpu", "--device must be auto, cuda, opencl, cpu or a number")]
    public void Options(string option, string value, string complaint) =>
        Refused(ExitCode.Usage, value, complaint, [.. Stylize, "--output", InFolder("out.png"), option, value]);

    /// <summary>Paths of one file by spelling, by a link to it, and by a link to its folder.</summary>
    [Theory]
    [InlineData("--output out.png --log ./folder/../out.png", "--log '*' would overwrite --output '*'")]
    [InlineData("--output folder/out.png --log short/out.png", "--log '*' would overwrite --output '*'")]
    [InlineData("--output good.png", "--output '*' would overwrite --content '*'")]
    [InlineData("--output link.png", "--output '*' would overwrite --content '*'")]
    [InlineData("--output out.png --log good.png", "--log '*' would overwrite --content '*'")]
    [InlineData("--output out.png --log w.h5 --weights w.h5", "--log '*' would overwrite --weights '*'")]
    [InlineData("--output out.png --log r.json --recipe r.json", "--log '*' would overwrite --recipe '*'")]
    [InlineData("--output m.png --style-mask m.png", "--output '*' would overwrite --style-mask '*'")]
    [InlineData("--output m.png --start m.png", "--output '*' would overwrite --start '*'")]
    [InlineData(
        "--output folder/result-vertical-sobel.png --show-edges folder",
        "--show-edges '*' would overwrite --output '*'")]
    [InlineData(
        "--output out.png --log out-4.png --save-every 2 --iterations 4", "--save-every '*' would overwrite --log '*'")]
    [InlineData(
        "--output out.png --save-every 3 --iterations 4", "--save-every '*' would overwrite --content '*'")]
    public void An_output_that_is_another_file_of_the_run_too(string options, string complaint)
    {
        Directory.CreateSymbolicLink(InFolder("short"), "folder");
        File.CreateSymbolicLink(InFolder("link.png"), "good.png");
        File.CreateSymbolicLink(InFolder("out-3.png"), "short/../good.png");
        File.WriteAllText(InFolder("r.json"), "{}");
        PictureFile.Save(Noise(new PictureSize(40, 48)), InFolder("m.png"));
        string[] words = [.. options.Split(' ').Select(
            word => word.StartsWith("--", StringComparison.Ordinal) || int.TryParse(word, out _)
                ? word
                : InFolder(word))];
        Dictionary<string, byte[]> before = Files();
        Assert.Matches(
            $"^ilgpustyle: {complaint.Replace("*", ".+")}: name another file.$",
            CommandLineAssert.Refuses(ExitCode.Usage, [.. Stylize, .. words]));
        Assert.Equal(before.Keys.Order(), Files().Keys.Order());
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void An_output_of_other_commands_that_is_an_input_too()
    {
        string good = InFolder("good.png");
        Refused(
            ExitCode.Usage, good, $"--gradient '{good}' would overwrite --image '{good}': name another file.",
            ["evaluate", "--content", "c.png", "--style", "s.png", "--image", good, "--gradient", good]);
        Refused(
            ExitCode.Usage, good, $"--output '{good}' would overwrite --image '{good}': name another file.",
            ["features", "--image", good, "--layer", "block1_conv1", "--output", good]);
    }

    [Fact]
    public void A_folder_that_is_a_circle_of_links()
    {
        File.CreateSymbolicLink(InFolder("one"), "two");
        File.CreateSymbolicLink(InFolder("two"), "one");
        string output = Path.Combine(InFolder("one"), "out.png");
        CommandLineAssert.Refuses(
            ExitCode.Usage, $"'{output}' cannot be written: its links lead round in a circle.",
            [.. Stylize, "--output", output, "--save-every", "2"]);
    }

    /// <summary>No run of four iterations saves a picture of this name.</summary>
    [Fact]
    public void A_picture_of_a_longer_run_may_be_an_input()
    {
        File.Copy(InFolder("good.png"), InFolder("out-8.png"));
        Refused(ExitCode.Device, "99", "This machine has no device '99'", [
            "stylize", "--content", InFolder("out-8.png"), "--style", InFolder("good.png"), "--output",
            InFolder("out.png"), "--save-every", "2", "--iterations", "4", "--device", "99",
        ]);
    }

    [Theory]
    [InlineData(
        "--size 2048 --style-scale 16",
        "good.png' would be 32768×27307 pixels, but 100 million are taken at most")]
    [InlineData("--size 2048 --style-scale 16", ": use a smaller --size or --style-scale.")]
    [InlineData(
        "--preset multiscale --size 64x32 --coarsest 10", "ilgpustyle: At the scale of 11×6, content '")]
    [InlineData(
        "--preset multiscale --size 512x50",
        "good.png' would be 128×12 pixels, but preset multiscale needs at least 16 on each side: use a larger "
        + "--coarsest.")]
    [InlineData("--set start.kind=picture", "start.kind picture needs --start FILE, the picture to start from.")]
    [InlineData(
        "--start nosie", "'nosie' does not exist: --start takes content, noise, style, grey or a picture file.")]
    public void Options_that_do_not_go_together(string options, string complaint) => Refused(
        options.StartsWith("--start", StringComparison.Ordinal) ? ExitCode.File : ExitCode.Usage, "", complaint,
        [.. Stylize, "--output", InFolder("out.png"), .. options.Split(' ')]);

    [Theory]
    [InlineData("--size 8", "The picture would be 10×8 pixels, but preset keras needs at least 16 on each side")]
    [InlineData("--arch sm_90", "--arch needs --emit-ptx DIR, whose PTX it is for.")]
    public void What_cannot_be_profiled(string options, string complaint) =>
        Refused(ExitCode.Usage, "", complaint, ["profile", .. options.Split(' ')]);

    [Theory]
    [InlineData("PICTURE", "classify", "", "--weights", "w.h5")]
    [InlineData("FILE.h5", "weights", "inspect", "")]
    public void Empty_arguments(string name, params string[] arguments) =>
        Refused(ExitCode.Usage, name, $"{name} '' is empty: name a file.", arguments);

    [Fact]
    public void A_device_number_that_does_not_exist() => Refused(
        ExitCode.Device, "99", "This machine has no device '99'",
        [.. Stylize, "--output", InFolder("out.png"), "--device", "99"]);

    [Fact]
    public void Too_little_memory()
    {
        string[] arguments =
        [
            .. Stylize, "--output", InFolder("out.png"), "--weights", "synthetic", "--size", "64", "--max-memory", "1",
        ];
        Refused(
            ExitCode.Device, "", "MiB are available: the weights alone leave no room; a larger --max-memory may do.",
            arguments);
        // What will not run is not ready.
        Assert.DoesNotContain("ready", CommandLineAssert.Run(arguments).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("styilze", "'styilze' is no command: did you mean stylize? See 'ilgpustyle --help'.")]
    [InlineData("weights upload", "'upload' is no command of weights: use download, synthesize or inspect.")]
    [InlineData("weights", "weights needs a command: download, synthesize or inspect.")]
    [InlineData("devices --all", "'--all' is no option of devices. See 'ilgpustyle devices --help'.")]
    [InlineData("stylize --contnet a.png", "'--contnet' is no option of stylize: did you mean --content?")]
    [InlineData("stylize a.png", "'a.png' is neither an option of stylize nor a value of one.")]
    [InlineData("stylize --style a.png", "stylize needs --output FILE, --content FILE.")]
    [InlineData("presets show", "takes a preset's NAME or --from RESULT, one of them.")]
    [InlineData("features --size 5", "'--size' is no option of features. See 'ilgpustyle features --help'.")]
    [InlineData("profile --pooling", "--pooling needs a value: max|average|binomial.")]
    [InlineData("profile --size 5 --size 6", "--size is given twice: give it once. See 'ilgpustyle profile --help'.")]
    [InlineData("profile --arch a --arch b --arch c", "--arch is given 3 times: give it once.")]
    [InlineData("profile --style-layers block1_conv1 --style-layers block1_conv2", "--style-layers is given twice: ")]
    [InlineData("profile --size 0 6", "--size '0' is not a size")]
    [InlineData("profile @missing", "'@missing' is neither an option")]
    public void Commands(string command, string complaint) =>
        Refused(ExitCode.Usage, "", complaint, command.Split(' '));

    /// <summary>Other programs read arguments from a file that is named so.</summary>
    [Fact]
    public void A_name_may_start_with_an_at_sign() => CommandLineAssert.Refuses(
        ExitCode.File, "'@none.png' does not exist.", "evaluate", "--content", "@none.png", "--style", "s.png");

    [Theory]
    [InlineData("devices")]
    [InlineData("stylize")]
    public void No_driver(string command)
    {
        string[] arguments =
            command == "devices" ? [command] : [.. Stylize, "--output", InFolder("out.png"), "--quiet"];
        (int code, string error) = RunProcess(
            Program[0], [.. Program[1..], .. arguments],
            ("OCL_ICD_VENDORS", InFolder("folder")),
            ("OPENCL_VENDOR_PATH", InFolder("folder")),
            ("CUDA_VISIBLE_DEVICES", ""));
        Assert.Equal((int)ExitCode.Device, code);
        Assert.Equal(
            "ilgpustyle: This machine has no CUDA or OpenCL device: install an OpenCL driver "
                + "(Debian: apt install pocl-opencl-icd ocl-icd-libopencl1) or NVIDIA's CUDA driver.",
            error.TrimEnd());
        Assert.False(File.Exists(InFolder("out.png")));
    }

    [Theory]
    [InlineData("stylize")]
    [InlineData("evaluate")]
    public void A_loss_that_is_not_finite_without_a_step(string command)
    {
        File.WriteAllText(InFolder("earlier.png"), "");
        Refused(
            ExitCode.LossNotFinite, "--style-weight", "The loss is not finite even without a step",
            [
                .. command == "evaluate" ? Evaluate : [.. Stylize, "--output", InFolder("earlier.png")],
                "--weights", "synthetic", "--size", "32", "--style-weight", "1e300",
            ]);
    }

    [Fact]
    public void A_picture_on_the_way_that_cannot_be_written_does_not_cost_the_result()
    {
        Directory.CreateDirectory(InFolder("out-1.png"));
        string sentence = CommandLineAssert.Refuses(ExitCode.Usage, [
            .. Stylize, "--output", InFolder("out.png"), "--weights", "synthetic", "--size", "32", "--iterations", "3",
            "--save-every", "1", "--log", InFolder("log.csv"),
        ], InFolder("out.png") + Environment.NewLine);
        Assert.Contains("out-1.png' cannot be written: it is a folder.", sentence, StringComparison.Ordinal);
        Assert.True(File.Exists(InFolder("out-2.png")));
        Assert.Equal(new PictureSize(27, 32), PictureFile.Load(InFolder("out.png"), 1).Size);
        Assert.Equal(4, File.ReadAllLines(InFolder("log.csv")).Length);
    }

    /// <summary>Its driver writes nowhere else than it may.</summary>
    [Theory]
    [InlineData("HOME")]
    [InlineData("HOME", "XDG_CACHE_HOME", "/proc/none")]
    [InlineData("HOME", "TMPDIR", "/proc/none")]
    public void Without_a_home_nothing_is_left_where_the_program_is_called(string without, params string[] other)
    {
        string inFolder = $"cd '{InFolder("folder")}' && exec \"$0\" \"$@\"";
        (int code, string error) = RunProcess(
            "env", ["-u", without, "bash", "-c", inFolder, .. Program, "devices"],
            other is [var name, var value] ? [(name, value)] : []);
        Assert.True(code == (int)ExitCode.Done, error);
        Assert.Empty(Directory.GetFileSystemEntries(InFolder("folder")));
    }

    [Fact]
    public void A_folder_for_kernels_that_cannot_be_used()
    {
        (int code, string error) = RunProcess(
            Program[0], [.. Program[1..], .. Stylize, "--output", InFolder("out.png"), "--quiet", "--device", "cpu"],
            ("POCL_CACHE_DIR", "/proc/none"));
        Assert.Equal((int)ExitCode.Device, code);
        Assert.Contains(
            "PoCL's folder for kernels, '/proc/none' (POCL_CACHE_DIR), cannot be written: set POCL_CACHE_DIR to ",
            error, StringComparison.Ordinal);
    }

    /// <summary>The limit on a file's size stands for a disk that is full.</summary>
    [Fact]
    public void A_full_disk()
    {
        string output = InFolder("features.npy");
        File.WriteAllText(output, "earlier");
        PictureFile.Save(Noise(new PictureSize(256, 256)), InFolder("wide.png"));
        (int code, string error) = RunProcess(
            "bash",
            ["-c", "trap '' XFSZ; ulimit -f 10000; exec \"$0\" \"$@\"", .. Program,
                "features", "--image", InFolder("wide.png"), "--layer", "block1_conv1", "--output", output,
                "--weights", "synthetic"],
            ("DOTNET_EnableWriteXorExecute", "0"));
        Assert.Equal(
            $"ilgpustyle: '{output}' cannot be written: Specified file length was too large for the file system.",
            error.TrimEnd().Split('\n')[^1]);
        Assert.Equal((int)ExitCode.Usage, code);
        Assert.Equal("earlier", File.ReadAllText(output));
        Assert.Empty(Directory.GetFiles(_folder, ".*"));
    }

    private string[] Stylize => ["stylize", "--content", InFolder("good.png"), "--style", InFolder("good.png")];

    private string[] Evaluate => ["evaluate", "--content", InFolder("good.png"), "--style", InFolder("good.png")];

    /// <summary>The program as a process of its own.</summary>
    private static string[] Program => ["dotnet", Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll")];

    private void Refused(ExitCode code, string named, string complaint, string[] arguments)
    {
        Dictionary<string, byte[]> before = Files();
        string sentence = CommandLineAssert.Refuses(code, arguments);
        Assert.Contains(named, sentence, StringComparison.Ordinal);
        Assert.Contains(complaint, sentence, StringComparison.Ordinal);
        Dictionary<string, byte[]> after = Files();
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
    }

    private static (int Code, string Error) RunProcess(
        string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private Dictionary<string, byte[]> Files() =>
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes);

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static Picture Noise(PictureSize size)
    {
        var random = new Random(7);
        return new Picture(size, [.. Enumerable.Range(0, (int)size.Pixels * 3).Select(_ => (float)random.Next(256))]);
    }
}
