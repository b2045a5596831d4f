using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>
/// Every option of every command: help states its default and its unit, a wrong value gets one sentence.
/// </summary>
public sealed class EveryOptionTests : IDisposable
{
    private const string ValueIsRefusedLater = "";

    private static readonly string[] None = [];

    /// <summary>What help must say of an option, and a value that is refused. Options of one name are alike.</summary>
    private static readonly Dictionary<string, Expectation> Expectations = new()
    {
        ["--arch"] = new("gfx90a", ["Default: sm_80."]),
        ["--batch"] = new("0", ["Crops", "Default: 1."]),
        ["--checkpoint-every"] = new("sometimes", ["30s|10m|25|never", "Default: 10m"]),
        ["--clamp"] = new("yes", ["off|on", "Default: the preset's."]),
        ["--coarsest"] = new("-1", ["pixels", "Default: the preset's; 0 for"]),
        ["--content"] = new("missing.png", ["(REQUIRED)"], ExitCode.File),
        ["--content-layers"] = new("relu4_5", ["NAME[:SHARE]", "Default: the preset's layers"]),
        ["--content-weight"] = new("-1", ["factor", "Default: the preset's."]),
        ["--convolution"] = new("fft", ["auto|direct|winograd|plain", "Default: "]),
        ["--device"] = new("tpu", ["auto|cuda|opencl|cpu|N", "Default: auto."]),
        ["--each-style"] = new(null, ["Default: they are mixed."]),
        ["--emit-ptx"] = new("picture.png/folder", ["Default: none."]),
        ["--from"] = new("missing.png", ["Default: none."]),
        ["--gradient"] = new("missing/g.npy", ["Default: none."]),
        ["--image"] = new("missing.png", [], ExitCode.File),
        ["--iterations"] = new("0", ["Steps", "Default: "]),
        ["--jpeg-quality"] = new("101", ["1 to 100", "Default: 95."]),
        ["--json"] = new(null, ["Default: "]),
        ["--keep-colors"] = new("hue", ["luminance|luminance-before|", "Default: "]),
        ["--keep-checkpoint"] = new(null, ["Default: deleted."]),
        // Known only once kernels have run: see ProfileTableTests.
        ["--kernel"] = new(ValueIsRefusedLater, ["Default: all."]),
        ["--layer"] = new("relu4_5", ["(REQUIRED)"]),
        ["--learning-rate"] = new("0", ["levels of 0..255, or 0..1", "Default: the preset's or the optimizer's."]),
        ["--live"] = new("here", ["[ADDRESS:]PORT", "Default: no page."], NeedsValue: false),
        ["--log"] = new("missing/log.csv", ["milliseconds", "Default: none."]),
        ["--max-memory"] = new("0", ["MiB", "Default: all that the device has"]),
        ["--network"] = new("huge", ["tiny|small|standard", "Default: small."]),
        ["--noise"] = new("-3", ["levels of 0..255", "Default: the preset's"]),
        ["--normalize-gradients"] = new("maybe", ["off|on", "Default: the preset's."]),
        ["--on-divergence"] = new("ignore", ["lower-rate|stop", "Default: lower-rate."]),
        ["--optimizer"] = new("newton", ["adam|", "Default: the preset's."]),
        ["--output"] = new("missing/out.png", ["(REQUIRED)"]),
        ["--photos"] = new("missing", ["DIR|PATTERN", "Default: the sample landscape."], ExitCode.File),
        ["--pooling"] = new("min", ["max|average", "Default: "]),
        ["--preset"] = new("monet", ["Default: "]),
        ["--quiet"] = new(null, ["Default: progress"]),
        ["--recipe"] = new("missing.json", ["Default: none."], ExitCode.File),
        ["--report"] = new("missing/report.html", ["Default: none."]),
        ["--result"] = new("first", ["last|best|average", "Default: the preset's."]),
        ["--save-every"] = new("0", ["iterations", "Default: never."]),
        ["--scores"] = new(null, ["Default: losses alone."]),
        ["--seed"] = new("-1", ["Default: 0."]),
        ["--set"] = new("learning_rate", ["KEY=VALUE", "Default: none."]),
        ["--shard"] = new("4/3", ["I/N|auto", "Default: all of it."]),
        ["--sheet-every"] = new("0", ["iterations", "Default: never."]),
        ["--show-edges"] = new("picture.png/folder", ["Default: none."]),
        ["--size"] = new("0x5", ["pixels", "N|WxH", "Default: the preset's."]),
        ["--start"] = new("missing.png", ["content|noise|style|grey|FILE", "Default: the preset's."], ExitCode.File),
        ["--stretch"] = new(null, ["Default: levels stay."]),
        ["--style"] = new("missing.png:0", ["(REQUIRED)", "FILE[:WEIGHT]"]),
        ["--style-layers"] = new("block1_conv1:x", ["NAME[:SHARE]", "Default: the preset's layers"]),
        ["--style-mask"] = new("missing.png", ["FILE|alpha", "Default: everywhere."], ExitCode.File),
        ["--style-scale"] = new("0", ["relative to the content", "Default: 1."]),
        ["--style-weight"] = new("nan", ["factor", "Default: the preset's."]),
        ["--tv-form"] = new("l2", ["power|absolute|", "Default: the preset's"]),
        ["--tv-weight"] = new("much", ["factor", "Default: the preset's."]),
        ["--weights"] = new("missing.h5", ["FILE.h5"], ExitCode.Weights),
        ["train --from"] = new("missing.onnx", ["FILE.onnx", "Default: none."], ExitCode.File),
        ["train --size"] = new("63", ["pixels", "multiple of 4", "Default: 256."]),
    };

    private static Expectation ExpectationOf(string command, string option) =>
        Expectations.GetValueOrDefault($"{command} {option}") ?? Expectations[option];

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;
    private readonly string _picture;

    public EveryOptionTests()
    {
        _picture = InFolder("picture.png");
        var random = new Random(1);
        var size = new PictureSize(32, 40);
        PictureFile.Save(
            new Picture(size, [.. random.Uniform(3 * size.Pixels, 127).Select(value => value + 128)]), _picture);
    }

    public static TheoryData<string, string> Options
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string path, Command command) in Commands(CommandLine.CreateRoot(), ""))
            {
                foreach (Option option in command.Options.Where(option => option is not (HelpOption or VersionOption)))
                    data.Add(path, option.Name);
            }
            return data;
        }
    }

    public static IEnumerable<object[]> OptionsRefusedAtOnce =>
        Options.Where(row => ExpectationOf((string)row[0], (string)row[1]).Wrong != ValueIsRefusedLater);

    /// <summary>Every option that takes a real number, alone or behind a name, with what .NET parses to none.</summary>
    public static TheoryData<string, string, string> InfiniteNumbers
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach ((string path, Command command) in Commands(CommandLine.CreateRoot(), ""))
            {
                foreach (Option option in command.Options)
                {
                    string? before = option.ValueType == typeof(double?) || option.ValueType == typeof(double[]) ? ""
                        : option.ValueType == typeof(StyleArgument[]) ? "picture.png:"
                        : option.ValueType == typeof(LayerArgument[]) ? "block1_conv1:"
                        : null;
                    if (before is null)
                        continue;
                    foreach (string number in (string[])["1e999", "-1e999", "nan"])
                        data.Add(path, option.Name, before + number);
                }
            }
            return data;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_option_is_expected_and_every_expectation_is_an_option() =>
        Assert.Equal(
            Expectations.Keys.Where(key => key.StartsWith('-')).Order(),
            Options.Select(row => (string)row[1]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Options))]
    public void Help_states_default_and_unit(string command, string option)
    {
        string line = Assert.Single(
            CommandLineAssert.HelpOnOptions(command), line => line.Split(' ')[0] == option);
        Assert.All(ExpectationOf(command, option).Help, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.True(
            line.Contains("(REQUIRED)", StringComparison.Ordinal)
                || line.Contains("Default: ", StringComparison.Ordinal),
            $"{command} {option} states no default: {line}");
    }

    [Theory]
    [MemberData(nameof(OptionsRefusedAtOnce))]
    public void A_wrong_value_gets_one_sentence(string command, string option)
    {
        (string? wrong, _, ExitCode code, _) = ExpectationOf(command, option);
        // A flag takes no value at all; paths are in the test's folder.
        string[] given = wrong is null
            ? [$"{option}=maybe"]
            : [option, wrong.Replace("missing", InFolder("missing")).Replace("picture.png", _picture)];
        string error = CommandLineAssert.Refuses(
            wrong is null ? ExitCode.Usage : code, [.. command.Split(' '), .. Others(command, option), .. given]);
        string named = wrong is null ? "maybe" : given[1].Split(':')[0];
        Assert.True(
            code == ExitCode.Device || error.Contains(option, StringComparison.Ordinal)
                || error.Contains(named, StringComparison.Ordinal),
            error);
    }

    [Theory]
    [MemberData(nameof(InfiniteNumbers))]
    public void A_number_that_is_not_finite_is_refused_with_one_sentence(string command, string option, string value) =>
        Assert.Contains(option, CommandLineAssert.Refuses(
            ExitCode.Usage,
            [.. command.Split(' '), .. Others(command, option), option, value.Replace("picture.png", _picture)]),
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Options))]
    public void A_missing_value_gets_one_sentence(string command, string option)
    {
        if (ExpectationOf(command, option) is { Wrong: not null, NeedsValue: true })
        {
            Assert.Contains(option, CommandLineAssert.Refuses(
                ExitCode.Usage, [.. command.Split(' '), .. Others(command, option), option]), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_empty_path_gets_one_sentence(string command, string option)
    {
        string help = CommandLineAssert.Succeeds([.. command.Split(' '), "--help-all"]);
        if (Regex.IsMatch(help, $@"^\s*{option} [^ ]*(FILE|DIR)", RegexOptions.Multiline))
        {
            Assert.Contains("''", CommandLineAssert.Refuses(
                ExitCode.Usage, [.. command.Split(' '), .. Others(command, option), option, ""]),
                StringComparison.Ordinal);
        }
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    /// <summary>What a command needs besides an option, so that this one alone is wrong.</summary>
    private string[] Others(string command, string option)
    {
        (string Option, string Value)[] needed = command switch
        {
            "stylize" => [("--content", _picture), ("--style", _picture), ("--output", InFolder("out.png"))],
            "train" => [("--style", _picture), ("--output", InFolder("out.onnx"))],
            "evaluate" or "estimate" => [("--content", _picture), ("--style", _picture)],
            "features" => [("--image", _picture), ("--layer", "block1_conv1"), ("--output", InFolder("f.npy"))],
            "classify" => [("--weights", InFolder("w.h5"))],
            "apply" => [("--output", InFolder("out.png"))],
            "weights synthesize" => [("--output", InFolder("w.h5"))],
            // So that nothing is drawn and timed where it should not come to that.
            "profile" when option == "--arch" => [("--emit-ptx", InFolder("ptx"))],
            _ => [],
        };
        string[] arguments = command switch
        {
            "classify" => [_picture],
            "apply" => [InFolder("style.onnx"), _picture],
            "presets show" => ["keras"],
            _ => None,
        };
        return
        [
            .. arguments,
            .. needed.Where(pair => pair.Option != option).SelectMany(pair => new[] { pair.Option, pair.Value }),
        ];
    }

    private static IEnumerable<(string Path, Command Command)> Commands(Command parent, string prefix)
    {
        // What resume takes is a run's own unless it is said anew: ResumeCommandTests. Those of batch and sheet are
        // stylize's.
        foreach (Command command in parent.Subcommands.Where(
            command => command.Name is not ("resume" or "batch" or "sheet")))
        {
            string path = prefix + command.Name;
            yield return (path, command);
            foreach ((string, Command) inner in Commands(command, path + " "))
                yield return inner;
        }
    }

    /// <summary>What is asked of an option.</summary>
    /// <param name="Wrong">A value that is refused; null for a flag.</param>
    /// <param name="Help">What its line of help contains.</param>
    /// <param name="Code">The exit code of the refusal.</param>
    /// <param name="NeedsValue">Whether there must be one, where it is no flag.</param>
    private sealed record Expectation(
        string? Wrong, string[] Help, ExitCode Code = ExitCode.Usage, bool NeedsValue = true);
}
