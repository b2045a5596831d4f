using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Help;

/// <summary>Help as a terminal of 80 columns shows it.</summary>
public sealed class SubjectHelpTests
{
    public static TheoryData<string> Paths => [.. Commands().Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_line_is_wider_than_80_columns(string path) =>
        Assert.All(
            $"{Help(path, "--help")}\n{Help(path, "--help-all")}".Split('\n'),
            line => Assert.True(line.Length <= 80 && !line.EndsWith(' '), line));

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_name_of_an_option_or_of_its_values_is_broken(string path)
    {
        string help = Help(path, "--help-all");
        foreach (Option option in CommandOf(path).Options.Where(option => option is not HelpOption))
        {
            foreach (string name in (option.HelpName?.Split('|') ?? []).Append(option.Name))
                Assert.Matches($@"[ <|]{Regex.Escape(name)}(\s|[>|])", help);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_option_is_shown_once_where_all_are_asked_for(string path)
    {
        string[] shown = OptionsIn(Help(path, "--help-all"));
        Assert.Equal(
            CommandOf(path).Options.Where(option => option is not HelpOption).Select(option => option.Name).Order(),
            shown.Except(["--help", "--help-all"]).Order());
        Assert.Distinct(shown);
    }

    [Fact]
    public void Of_stylize_the_ten_that_people_need_first_are_shown_with_a_way_to_the_others()
    {
        string[] shown = OptionsIn(Help("stylize", "--help"));
        Assert.Equal(10, shown.Except(["--help", "--help-all"]).Count());
        Assert.Contains("--help-all", shown);
        Assert.All(
            CommandOf("stylize").Options.Where(option => option.Required),
            option => Assert.Contains(option.Name, shown));
    }

    [Fact]
    public void Few_options_are_all_shown()
    {
        Assert.Equal(Help("features", "--help-all"), Help("features", "--help"));
        Assert.DoesNotContain("--help-all", Help("features", "--help"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_options_each_stands_under_its_subject()
    {
        string[] sections = Help("stylize", "--help-all").Split("\n\n");
        foreach (Option option in CommandOf("stylize").Options)
        {
            Assert.NotEqual(Subject.Other, option.Subject());
            string section = Assert.Single(sections, section => OptionsIn(section).Contains(option.Name));
            Assert.StartsWith($"{option.Subject()}:\n", section, StringComparison.Ordinal);
        }
    }

    private static string Help(string path, string option) =>
        CommandLineAssert.Succeeds([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), option])
            .ReplaceLineEndings("\n");

    private static string[] OptionsIn(string help) =>
    [
        .. Regex.Matches(help, @"^  (?:-., )*(--[\w-]+)", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value),
    ];

    private static Command CommandOf(string path) => Commands().Single(command => command.Path == path).Command;

    private static List<(string Path, Command Command)> Commands()
    {
        var commands = new List<(string Path, Command Command)> { ("", CommandLine.CreateRoot()) };
        for (int i = 0; i < commands.Count; i++)
        {
            (string path, Command command) = commands[i];
            commands.AddRange(command.Subcommands.Select(inner => ($"{path} {inner.Name}".Trim(), inner)));
        }
        return commands;
    }
}
