using System.CommandLine;
using System.Globalization;
using System.Reflection;
using IlgpuStyle.App.Commands;

namespace IlgpuStyle.App;

/// <summary>The <c>ilgpustyle</c> command: parses arguments, runs a command, reports failures.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Messages and progress.</param>
    public static ExitCode Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        // Numbers are read and written the same way everywhere.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        RootCommand root = CreateRoot();
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            // Of a word that is no command the first error would say that a command is missing.
            string reason = parsed.UnmatchedTokens is [string unknown, ..]
                ? $"Unrecognized command or argument '{unknown}'."
                : parsed.Errors[0].Message;
            error.WriteLine($"ilgpustyle: {reason} See 'ilgpustyle --help'.");
            return ExitCode.Usage;
        }
        try
        {
            return (ExitCode)parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Ctrl-C is the commands' own: stylize finishes the step and saves the picture.
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            return Failure.Report(exception, error);
        }
    }

    /// <summary>"packages" or "standins": which dependencies were built in.</summary>
    public static string Dependencies { get; } = typeof(CommandLine).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Dependencies").Value!;

    /// <summary>The program's commands with their options.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand("Repaints a photograph in the style of another picture, on CUDA or OpenCL.")
        {
            StylizeCommand.Create(),
            EvaluateCommand.Create(),
            FeaturesCommand.Create(),
            ClassifyCommand.Create(),
            ProfileCommand.Create(),
            PresetsCommand.Create(),
            DevicesCommand.Create(),
            WeightsCommand.Create(),
        };
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Action = new VersionAction();
        return root;
    }

    /// <summary>Prints the version and the dependency profile.</summary>
    private sealed class VersionAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            string version = typeof(CommandLine).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
            parseResult.InvocationConfiguration.Output.WriteLine($"ilgpustyle {version} ({Dependencies})");
            return (int)ExitCode.Done;
        }
    }
}
