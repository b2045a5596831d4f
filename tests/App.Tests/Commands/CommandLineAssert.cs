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

    private static (ExitCode Code, string Output, string Error) Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        ExitCode code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
