using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Fuzz;

/// <summary>
/// Command lines at random: each ends with a documented exit code and, if that is not 0, with one sentence.
/// </summary>
/// <remarks>None runs on a device or downloads: what would be valid names a device that is not there.</remarks>
// Other tests must not find the standard streams' culture or the working folder otherwise.
[Trait("Category", "Fuzz")]
[Collection(CommandFiles.Collection)]
public sealed class RandomCommandLinesTests : IDisposable
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "7", "64", "0.5", "1e3", "1e-30", "1e999", "-0", "nan", "inf", "2147483647", "2147483648",
        "99999999999999999999", "0x10", "1,5", "1.5.2", " 3", "+4", "٣", "½", "",
    ];

    private static readonly string[] Words =
    [
        "auto", "on", "off", "none", "max", "best", "adam", "keras", "balanced", "monet", "content", "noise", "alpha",
        "block1_conv1", "block4_conv2:0.5", "relu4_2", "block9_conv9", "a,b,,c", ":", "=", "-", "--", "---", "*", "?",
        "é", "日本", "😀", "\uFFFD.png", "\t", "\u0001", "a\nb", "%s%n", "{0}", "$HOME", "~", "..", "/", "//", "@x",
        new string('x', 300), "scales=none", "optimizer.kind=adam", "learning_rate.initial=nan", "style.layers=[]",
        "content.layers=[{}]", "iterations=1e400", "a.b.c=1", "=1", "size.default=0", "style.kind=wasserstein",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-fuzz-").FullName;
    private readonly string[] _paths;

    public RandomCommandLinesTests()
    {
        PictureFile.Save(new Picture(new PictureSize(40, 48), new float[40 * 48 * 3]), InFolder("good.png"));
        PictureFile.Save(new Picture(new PictureSize(33, 20), new float[33 * 20 * 3]), InFolder("good.jpg"));
        File.WriteAllText(InFolder("empty.png"), "");
        File.WriteAllText(InFolder("text.txt"), "text");
        File.WriteAllText(InFolder("recipe.json"), "{\"iterations\": 3}");
        File.WriteAllText(InFolder("broken.json"), "{\"iterations\": [}");
        File.WriteAllText(InFolder("odd.json"), "{\"optimizer\": {\"kind\": 7}, \"style\": null, \"size\": []}");
        Directory.CreateDirectory(InFolder("folder"));
        _paths =
        [
            .. ((string[])[
                "good.png", "good.png", "good.png", "good.jpg", "empty.png", "text.txt", "recipe.json", "broken.json",
                "odd.json", "folder", "missing.png", "missing/out.png", "out.png", "out.jpg", "out.gif", "good.png:2",
                "good.png:0", "good.png:nan", "good.png/x", new string('n', 300) + ".png", "ümlaut.png", "w.h5",
            ]).Select(InFolder),
            "/dev/null", "/proc/self/status", "/proc/x", "/sys/x.png", "", // Where not even root can make a file.
        ];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_one_ends_as_documented()
    {
        int cases = Fuzzing.Cases(sample: 300, all: 5000);
        var codes = new Dictionary<ExitCode, int>();
        for (int i = 0; i < cases; i++)
        {
            var random = new Random(3_000_000 + i);
            string[] arguments = Draw(random);
            string shown = string.Join(' ', arguments.Select(word => $"'{word}'"));
            Fuzzing.Run(i, () => RunOne(arguments, shown, codes), _ => false, shown);
        }
        Assert.Contains(ExitCode.Usage, codes.Keys);
        Assert.Contains(ExitCode.File, codes.Keys);
        Assert.Contains(ExitCode.Device, codes.Keys);
        Assert.Contains(ExitCode.Done, codes.Keys);
    }

    private static void RunOne(string[] arguments, string shown, Dictionary<ExitCode, int> codes)
    {
        (ExitCode code, _, string error) = CommandLineAssert.Run(arguments);
        codes[code] = codes.GetValueOrDefault(code) + 1;
        Assert.True(Enum.IsDefined(code), $"{code}: {shown}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        if (code == ExitCode.Done)
            return;
        int start = error.IndexOf("ilgpustyle: ", StringComparison.Ordinal);
        Assert.True(start >= 0 && error.IndexOf("ilgpustyle: ", start + 1, StringComparison.Ordinal) < 0,
            $"{shown}: {error}");
        Assert.True(error.TrimEnd()[^1] is '.' or '?', $"{shown}: {error}");
    }

    private string[] Draw(Random random)
    {
        Command command = CommandLine.CreateRoot();
        var words = new List<string>();
        while (command.Subcommands.Count > 0 && random.Next(30) > 0)
        {
            // What downloads or opens every device is not drawn.
            Command[] others = [.. command.Subcommands.Where(sub => sub.Name is not ("download" or "devices"))];
            command = others[random.Next(others.Length)];
            words.Add(command.Name);
        }
        foreach (Argument _ in command.Arguments)
        {
            if (random.Next(8) > 0)
                words.Add(Value(random, "", "FILE"));
        }
        foreach (Option option in command.Options.Where(option => option is not (HelpOption or VersionOption)))
        {
            bool isDrawn = option.Required ? random.Next(40) > 0 : random.Next(8) == 0;
            if (!isDrawn)
                continue;
            for (int times = random.Next(30) == 0 ? 2 : 1; times > 0; times--)
                Add(words, random, option);
        }
        // These two keep what is valid from running.
        if (command.Options.Any(option => option.Name == "--device") && !words.Contains("--device"))
            words.AddRange(["--device", "99"]);
        if (command.Options.Any(option => option.Name == "--weights") && !words.Contains("--weights"))
            words.AddRange(["--weights", InFolder("w.h5")]);
        if (random.Next(25) == 0)
            words.Insert(random.Next(words.Count + 1), Words[random.Next(Words.Length)]);
        if (random.Next(40) == 0 && words.Count > 0)
            words.RemoveAt(random.Next(words.Count));
        return IsHarmless(words) ? [.. words] : [.. words, "--device", "98"];
    }

    /// <summary>Whether nothing that is drawn can run: a second device is refused.</summary>
    private static bool IsHarmless(List<string> words) =>
        words.Count == 0 || words[0] is "presets" or "weights" or "classify" || words.Contains("--device");

    private void Add(List<string> words, Random random, Option option)
    {
        string value = option.Name switch
        {
            "--device" => random.Next(3) == 0 ? Words[random.Next(25, Words.Length)] : "99",
            // Synthetic weights are drawn and downloads begin before the device is opened.
            "--weights" => InFolder("w.h5"),
            "--emit-ptx" => InFolder("good.png/ptx"),
            "--output" when words[0] == "weights" => InFolder("missing/w.h5"),
            "--show-edges" => InFolder(random.Next(2) == 0 ? "edges" : "good.png/edges"),
            "--preset" when random.Next(3) > 0 => Presets.All[random.Next(Presets.All.Count)].Name,
            _ => Value(random, option.Name, option.HelpName ?? ""),
        };
        if (option.Arity.MaximumNumberOfValues == 0 || random.Next(60) == 0)
            words.Add(option.Name);
        else if (random.Next(6) == 0)
            words.Add($"{option.Name}={value}");
        else
            words.AddRange([option.Name, value]);
    }

    private string Value(Random random, string option, string help)
    {
        if (option is "--content" or "--style" or "--image" && random.Next(6) > 0)
            return InFolder(random.Next(5) == 0 ? "good.jpg" : "good.png");
        if (option == "--output" && random.Next(4) > 0)
            return InFolder(help.EndsWith("npy", StringComparison.Ordinal) ? "out.npy" : "out.png");
        if (random.Next(8) == 0)
            return Words[random.Next(Words.Length)];
        if (help.Contains("FILE", StringComparison.Ordinal) || help.Contains("DIR", StringComparison.Ordinal))
            return _paths[random.Next(_paths.Length)];
        string[] choices = help.Split('|');
        if (choices.Length > 1 && random.Next(3) > 0)
            return choices[random.Next(choices.Length)];
        return random.Next(3) == 0
            ? random.Next(1, 100).ToString(CultureInfo.InvariantCulture)
            : Numbers[random.Next(Numbers.Length)];
    }

    private string InFolder(string name) => Path.Combine(_folder, name);
}
