using System.CommandLine;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Options;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle resume</c>: goes on with a run that was stopped.</summary>
internal sealed class ResumeCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The checkpoint, OUTPUT.ilgpustyle.",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly Option<int?> _iterations = Numbers.Whole(
        "--iterations", "Another number of steps, counted as stylize counts them. Default: the run's.", least: 1);

    private readonly Option<string?> _output = new("--output")
    {
        Description = "Another file for the result. Default: the run's.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Another file for the log, which holds the iterations before too. Default: the run's.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly Option<string> _device = DeviceOption.Create();
    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly ViewOptions _view = new();
    private readonly Option<bool> _quiet = QuietOption.Create();

    public static Command Create()
    {
        var resume = new ResumeCommand();
        var command = new Command("resume", "Go on with a run that was stopped, from its checkpoint.");
        command.Add(resume._file);
        command.Add(resume._iterations);
        command.Add(resume._output);
        command.Add(resume._log);
        command.Add(resume._device);
        command.Add(resume._maxMemory);
        resume._checkpoints.AddTo(command);
        resume._view.AddTo(command);
        command.Add(resume._quiet);
        command.SetAction(parsed => (int)resume.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_file);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        NamedFile[] files =
        [
            .. parsed.GetValue(_output) is { } output ? (NamedFile[])[new(_output.Name, output)] : [],
            .. parsed.GetValue(_log) is { } log ? (NamedFile[])[new(_log.Name, log)] : [],
            .. _view.Report(parsed),
        ];
        var stylize = new StylizeCommand();
        var train = new TrainCommand();
        bool isTraining = checkpoint.Manifest.Verb == TrainCommand.Name;
        if (isTraining && parsed.GetValue(_maxMemory) is not null)
            throw new UsageException($"{_maxMemory.Name} is for pictures, and '{path}' is of a network in training.");
        ParseResult command = RecordedCommand.Parse(
            isTraining ? train.ToCommand() : stylize.ToCommand(),
            RecordedCommand.With(checkpoint.Manifest.Command, RecordedCommand.Of(parsed, files)));
        return command.Errors is [var error, ..]
            ? throw new InputFileException(
                $"'{path}' is of a version with other options ({checkpoint.Manifest.Version}): {error.Message}")
            : isTraining ? train.Run(command, parsed.InvocationConfiguration, checkpoint)
            : stylize.Run(command, parsed.InvocationConfiguration, checkpoint);
    }
}
