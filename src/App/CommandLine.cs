using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;

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
        // A word that starts with @ may be a file's name; nobody asked for files of arguments.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine(
                $"ilgpustyle: {WrongUsage.Describe(parsed)} See '{WrongUsage.PathOf(parsed.CommandResult)} --help'.");
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

    /// <summary>The program's commands with their options.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand("Repaints a photograph in the style of another picture, on CUDA or OpenCL.")
        {
            StylizeCommand.Create(),
            ApplyCommand.Create(),
            BatchCommand.Create(),
            SheetCommand.Create(),
            ResumeCommand.Create(),
            TrainCommand.Create(),
            EstimateCommand.Create(),
            EvaluateCommand.Create(),
            FeaturesCommand.Create(),
            ClassifyCommand.Create(),
            ProfileCommand.Create(),
            PresetsCommand.Create(),
            DevicesCommand.Create(),
            InspectCommand.Create(),
            WeightsCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        // Without the library's /h and /?, which may be files.
        root.Add(new HelpOption("--help", "-h", "-?") { Action = new SubjectHelp(all: false) });
        root.Add(new HelpOption("--help-all")
        {
            Description = "Show every option",
            Action = new SubjectHelp(all: true),
        });
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Action = new VersionAction();
        return root;
    }

    /// <summary>Prints the version and the dependency profile.</summary>
    private sealed class VersionAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(CheckpointManifest.Program);
            return (int)ExitCode.Done;
        }
    }
}
