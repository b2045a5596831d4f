using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Completion;

/// <summary>What the Tab key offers: the directive's words, and what the scripts make of them.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public static TheoryData<string, string> Options
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Command command in CommandLine.CreateRoot().Subcommands)
            {
                foreach (Option option in command.Options.Where(option => option.HelpName is not null))
                    data.Add(command.Name, option.Name);
            }
            return data;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What help names in lower case is a word to type; of FILE and DIR the shell knows the names.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void A_value_that_help_names_is_offered(string command, string name)
    {
        Option option = CommandLine.CreateRoot().Subcommands.Single(one => one.Name == command)
            .Options.Single(one => one.Name == name);
        string[] offered = Offered($"ilgpustyle {command} {name} ");
        string[] named = option.HelpName!.Split('|');
        if (named.Any(word => Regex.IsMatch(word, "^[a-z]")))
        {
            Assert.Equal(
                named.Where(word => Regex.IsMatch(word, "^[a-z0-9]")).Order(),
                offered.Where(word => word != "*").Order());
        }
        Assert.Equal(named.Any(word => Regex.IsMatch(word, "FILE|DIR")), offered.Contains("*"));
        if (option.HelpName is "N" or "X" or "N|WxH")
            Assert.Empty(offered);
    }

    [Fact]
    public void Commands_options_presets_and_layers_are_offered()
    {
        Assert.Contains("stylize", Offered("ilgpustyle "));
        Assert.Contains("--style-weight", Offered("ilgpustyle stylize --content a.png "));
        Assert.DoesNotContain("--content", Offered("ilgpustyle stylize --content a.png "));
        string[] presets = [.. Presets.All.Select(preset => preset.Name)];
        Assert.Equal(presets.Order(), Offered("ilgpustyle stylize --preset ").Order());
        Assert.Empty(presets.Except(Offered("ilgpustyle presets show ")));
        Assert.Contains("block4_conv2", Offered("ilgpustyle features --layer "));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Every_shell_has_its_script(string shell) =>
        Assert.StartsWith(
            "# Tab completion of ilgpustyle. In ",
            CommandLineAssert.Succeeds("completion", shell).Replace("#compdef ilgpustyle\n", ""),
            StringComparison.Ordinal);

    [Fact]
    public void Another_shell_is_refused() => CommandLineAssert.Refuses(
        ExitCode.Usage, "There is no completion for 'tcsh': use bash, zsh, fish or pwsh.", "completion", "tcsh");

    /// <summary>The words that bash hands the script are those before the cursor as it splits them.</summary>
    [Theory]
    [InlineData("", "presets|show|ga", "gatys gatys-paper")]
    [InlineData("", "stylize|--pool", "--pooling")]
    [InlineData("", "stylize|--pooling|", "average binomial max")]
    [InlineData("=", "stylize|--pooling|=|m", "max")]
    [InlineData("=", "stylize|--pooling|=", "average binomial max")]
    [InlineData("", "stylize|--content|\"a picture.png\"|--weights|", "auto synthetic zebra.png")]
    [InlineData("", "stylize|--start|c", "content")]
    [InlineData("", "stylize|--iterations|", "")]
    public void Bash_offers(string joined, string words, string offered)
    {
        string[] split = words.Split('|');
        string line = "ilgpustyle " + string.Join(' ', split);
        if (joined.Length > 0)
            line = line.Replace($" {joined}", joined).Replace($"{joined} ", joined);
        Assert.Equal(offered, Bash(line, split));
    }

    private string Bash(string line, string[] words)
    {
        File.WriteAllText(Path.Combine(_folder, "zebra.png"), "");
        // The script, and what bash sets before it calls it; compopt works in a completion alone.
        string complete = $$"""
            {{CommandLineAssert.Succeeds("completion", "bash")}}
            compopt() { :; }
            ilgpustyle() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll")}}' "$@"; }
            COMP_LINE=$1 COMP_POINT=${#1}
            shift
            COMP_WORDS=(ilgpustyle "$@") COMP_CWORD=$#
            _ilgpustyle ilgpustyle "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${COMPREPLY[*]}"
            """;
        var start = new ProcessStartInfo("bash", ["-c", complete, "bash", line, .. words])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        using Process process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return printed.TrimEnd('\n');
    }

    private static string[] Offered(string line) =>
        CommandLineAssert.Succeeds($"[suggest:{line.Length}]", line)
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
