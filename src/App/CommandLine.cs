using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
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
            error.WriteLine($"ilgpustyle: {Describe(parsed)} See '{PathOf(parsed.CommandResult)} --help'.");
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
            BatchCommand.Create(),
            ResumeCommand.Create(),
            EstimateCommand.Create(),
            EvaluateCommand.Create(),
            FeaturesCommand.Create(),
            ClassifyCommand.Create(),
            ProfileCommand.Create(),
            PresetsCommand.Create(),
            DevicesCommand.Create(),
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

    /// <summary>
    /// The error that explains the others: what is wrong with an option that was given, then a word that belongs to
    /// none, then what is missing.
    /// </summary>
    private static string Describe(ParseResult parsed)
    {
        ParseError? ofOption = parsed.Errors.FirstOrDefault(
            error => error.SymbolResult is OptionResult { IdentifierTokenCount: > 0 });
        if (ofOption?.SymbolResult is OptionResult { IdentifierTokenCount: > 1 and int times, Option: var option }
            && option.Arity.MaximumNumberOfValues == 1)
        {
            return $"{option.Name} is given {(times == 2 ? "twice" : $"{times} times")}: give it once.";
        }
        return ofOption is null && parsed.UnmatchedTokens is [string unknown, ..]
            ? $"Unrecognized command or argument '{unknown}'."
            : (ofOption ?? parsed.Errors[0]).Message;
    }

    /// <summary>The command that was given: "ilgpustyle presets show".</summary>
    internal static string PathOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{PathOf(parent)} {command.Command.Name}"
        : "ilgpustyle";

    /// <summary>Prints the version and the dependency profile.</summary>
    private sealed class VersionAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"ilgpustyle {CheckpointManifest.ProgramVersion}");
            return (int)ExitCode.Done;
        }
    }
}
