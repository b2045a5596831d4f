using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>Runs the program within the test.</summary>
internal static class CommandLineAssert
{
    /// <summary>The program ends well; what it wrote to standard output.</summary>
    public static string Succeeds(params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.True(code == ExitCode.Done, error);
        return output;
    }

    /// <summary>The program refuses with one sentence, which starts with this.</summary>
    public static void Refuses(ExitCode expected, string sentence, params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.Equal(expected, code);
        Assert.Equal("", output);
        Assert.StartsWith($"ilgpustyle: {sentence}", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// The program refuses with one sentence, its last word after what it told of its work; returned.
    /// </summary>
    /// <param name="expected">The exit code.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="printed">What it writes to standard output.</param>
    public static string Refuses(ExitCode expected, IReadOnlyList<string> arguments, string printed = "")
    {
        (ExitCode code, string output, string error) = Run([.. arguments]);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string sentence = Assert.Single(lines, line => line.StartsWith("ilgpustyle: ", StringComparison.Ordinal));
        Assert.Same(lines[^1], sentence);
        Assert.True(code == expected, $"Exit code {code} instead of {expected}: {sentence}");
        Assert.Equal(printed, output);
        return sentence;
    }

    /// <summary>What a command's help says of its options, each on one line.</summary>
    public static string[] HelpOnOptions(string command) =>
    [
        .. Regex.Split(Succeeds([.. command.Split(' '), "--help-all"]), @"\n  (?=--)").Skip(1)
            .Select(option => Regex.Replace(option, @"\s*\n {3,}", " ")),
    ];

    /// <summary>The program's exit code, standard output and standard error.</summary>
    public static (ExitCode Code, string Output, string Error) Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        ExitCode code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
