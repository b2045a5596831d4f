using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.App.Text;
using IlgpuStyle.App.Training;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle train</c>: trains a network that repaints any photograph in one style, in one pass.</summary>
internal sealed class TrainCommand
{
    /// <summary>The command's word.</summary>
    public const string Name = "train";

    private const string Ending = ".onnx";

    private readonly TrainingOptions _training = new();

    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "The network (.onnx).",
        HelpName = "FILE.onnx",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<string?> _log = new Option<string?>("--log")
    {
        Description = "Write every iteration's losses, learning rate and time in milliseconds to this CSV file, and "
            + "how the network is judged as comments. Default: none.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Progress);

    private readonly Option<int?> _sheetEvery = Numbers.Whole(
        "--sheet-every",
        "Save a sheet of the held-out photographs and what the network makes of them each N iterations, as OUTPUT with "
            + "the iteration and .png. Default: never.",
        least: 1).About(Subject.Progress, isNeededFirst: true);

    private readonly Option<string> _device = DeviceOption.Create();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly ViewOptions _view = new();
    private readonly Option<bool> _quiet = QuietOption.Create();

    public static Command Create()
    {
        var train = new TrainCommand();
        Command command = train.ToCommand();
        command.SetAction(parsed => (int)train.Run(parsed, parsed.InvocationConfiguration, resumed: null));
        return command;
    }

    /// <summary>The command with its options, without what it does.</summary>
    public Command ToCommand()
    {
        var command = new Command(
            Name, "Train a network that repaints any photograph in one style in one pass: see apply.");
        command.Add(_output);
        _training.AddTo(command);
        command.Add(_log);
        command.Add(_sheetEvery);
        _checkpoints.AddTo(command);
        _view.AddTo(command);
        command.Add(_device);
        command.Add(_quiet);
        return command;
    }

    /// <summary>Trains.</summary>
    /// <param name="parsed">The command line, or the recorded one of a run that goes on.</param>
    /// <param name="streams">Where to write.</param>
    /// <param name="resumed">Where that run has stopped; null for a new one.</param>
    public ExitCode Run(ParseResult parsed, InvocationConfiguration streams, Checkpoint? resumed)
    {
        TextWriter error = streams.Error;
        bool quiet = parsed.GetValue(_quiet);

        void Tell(string line)
        {
            if (!quiet)
                error.WriteLine(line);
        }

        var clock = Stopwatch.StartNew();
        string output = parsed.GetRequiredValue(_output);
        Recipe recipe = _training.Recipe(parsed, resumed?.Recipe);
        CheckpointSchedule schedule = _checkpoints.Schedule(parsed);
        string checkpointPath = CheckpointWriter.PathOf(output);
        var sheetFiles = new NumberedPictures(
            Path.ChangeExtension(output, ".png"), parsed.GetValue(_sheetEvery), recipe.Iterations);
        CheckOutputs(parsed, output, sheetFiles);
        if (resumed is not null)
        {
            if (recipe.Iterations < resumed.Manifest.Step)
            {
                throw new UsageException(
                    $"--iterations leaves {recipe.Iterations} where {resumed.Manifest.Step} are done already: give at "
                    + "least as many.");
            }
            Tell($"going on after iteration {resumed.Manifest.Iteration} of '{resumed.Path}'");
        }
        StyleNetwork start = _training.Start(parsed);
        StylePicture[] styles = _training.Styles(parsed, Tell);
        TrainingPhotographs photographs = _training.Photographs(parsed, Tell);
        Tell(photographs.Description);
        Task<InputHash[]> inputs = Task.Run(() => HashInputs(parsed));
        using Engine engine = Engine.Open(parsed.GetRequiredValue(_device));
        engine.LoadKernelsAhead();
        DeviceLines.Tell(engine, Tell);
        VggWeights weights = WeightsOption.Load(
            _training.Weights(parsed), recipe.DeepestLayer(), _training.Seed(parsed), Tell);
        RequireSame(resumed, inputs, engine, Tell);
        var crops = new CropSampler(photographs.Trained, _training.Side(parsed), _training.Seed(parsed));
        using var training = new StyleTraining(
            engine, weights, recipe, start, new TrainingPictures(styles, crops.At, photographs.HeldOut),
            _training.Batch(parsed));
        long plannedMiB = training.PlannedBytes >> 20;
        Tell($"a network of {start.Parameters} numbers, {Counted.Of(recipe.Iterations, "iteration")}; memory: about "
            + $"{plannedMiB} MiB; ready after {clock.Elapsed.TotalSeconds:F1} s");

        var progress = new Progress(error, quiet);
        using var interruption = new Interruption(
            error, progress.WriteLine, "finishing the step, if one has begun, and saving the best network");
        using LossLog? log = parsed.GetValue(_log) is { } logPath
            ? new LossLog(
                logPath, resumed?.History ?? [],
                Judgement.FromRows(resumed?.Read(Judgement.RowsName) ?? [])
                    .Select(judgement => (judgement.Iterations, Sentence(judgement))))
            : null;
        CheckpointWriter? checkpoints = schedule == CheckpointSchedule.Never
            ? null
            : new CheckpointWriter(
                checkpointPath, schedule, _checkpoints.Keeps(parsed),
                checkpoint => new CheckpointManifest(
                    CheckpointManifest.CurrentFormat, CheckpointManifest.ProgramVersion, checkpoint.Scale,
                    checkpoint.Iterations, checkpoint.Steps, Record(parsed), RecipeJson.ToNode(recipe),
                    RunDevice.Of(engine.Device), [], inputs.GetAwaiter().GetResult(), Name),
                resumed?.History ?? [], progress.WriteLine)
            {
                HasWritten = resumed is not null && RealPath.Of(resumed.Path) == RealPath.Of(checkpointPath),
            };
        if (checkpoints is not null)
            Tell($"checkpoint: {checkpointPath}, {schedule.Described}");
        RgbPicture heldOut = PictureGrid.Of(photographs.HeldOut);
        var sheets = new HeldOutSheets(heldOut, sheetFiles, progress.WriteLine);
        ScaleSteps[] steps =
            [new ScaleSteps(new PictureSize(_training.Side(parsed), _training.Side(parsed)), recipe.Iterations)];
        using var view = new RunView(
            _view.Live(parsed), _view.Report(parsed).FirstOrDefault().Path,
            new RunDescription(
                output, recipe, RunDevice.Of(engine.Device), plannedMiB, "", Again(parsed), inputs)
            {
                MakesNetwork = true,
            },
            new ShownPictures(HeldOutSheets.Finish(heldOut), styles, steps), HeldOutSheets.Finish, sheets.SaveNow,
            resumed?.History ?? [], () => interruption.Stop("stopped on the page"), error.WriteLine);
        RunResult result;
        try
        {
            result = progress.Show(steps, observer =>
            {
                observer = observer with
                {
                    Iteration = (log is null ? null : log.Write) + observer.Iteration,
                    Diverged = report => progress.WriteLine(
                        $"The loss at iteration {report.Iteration} is not finite: on from the best network, at a "
                        + $"learning rate of {report.LearningRate:G6}."),
                };
                observer = view.Observe(sheets.Observe(observer));
                return training.Run(
                    checkpoints?.Observe(observer) ?? observer,
                    judgement =>
                    {
                        string sentence = Sentence(judgement);
                        if (!quiet)
                            progress.WriteLine(sentence);
                        log?.WriteNote(sentence);
                    },
                    resumed?.Run, interruption.Token);
            });
        }
        catch (OperationCanceledException)
        {
            Tell("no step was done: nothing is saved");
            return ExitCode.Interrupted;
        }
        TrainedNetwork.Save(training.ReadBest(Metadata(parsed, recipe, training)), output, error.WriteLine);
        Tell($"{Counted.Of(result.Iterations, "iteration")} in {clock.Elapsed.TotalSeconds:F1} s"
            + (result.StopReason is { } reason ? $": stopped because {reason}" : "")
            + $"; the best network is that after {training.Best.Iterations}");
        streams.Output.WriteLine(output);
        log?.Commit();
        if (!result.Interrupted)
            checkpoints?.Finish();
        view.Finish(result, HeldOutSheets.Finish(result.Picture), output, worse: null);
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static string Sentence(Judgement judgement) =>
        $"held-out loss after {Counted.Of(judgement.Iterations, "iteration")}: {judgement.Loss:G5}"
        + (judgement.IsBest ? ", the lowest so far" : "");

    /// <summary>Refuses other files than a run began with, and tells of another device.</summary>
    private static void RequireSame(
        Checkpoint? resumed, Task<InputHash[]> inputs, Engine engine, Action<string> tell)
    {
        if (resumed is null)
            return;
        InputHash[] now = inputs.GetAwaiter().GetResult();
        if (now.Length != resumed.Manifest.Inputs.Length)
        {
            throw new InputFileException(
                $"The run began with {resumed.Manifest.Inputs.Length} files, and now there are {now.Length}: --photos "
                + "must name the same photographs.");
        }
        InputHash.RequireSame(resumed.Manifest.Inputs, now);
        if (resumed.Manifest.Device != RunDevice.Of(engine.Device))
        {
            tell($"the run began on {resumed.Manifest.Device.Name} ({resumed.Manifest.Device.Driver}): from here on it "
                + "is the same run only as far as devices round alike");
        }
    }

    /// <summary>What the network's file says about it.</summary>
    private Dictionary<string, string> Metadata(ParseResult parsed, Recipe recipe, StyleTraining training) => new()
    {
        ["style"] = _training.StyleNames(parsed),
        ["program"] = CheckpointManifest.Program,
        ["iterations"] = training.Best.Iterations.ToString(CultureInfo.InvariantCulture),
        ["held_out_loss"] = training.Best.Loss.ToString("G6", CultureInfo.InvariantCulture),
        ["recipe"] = RecipeJson.ToNode(recipe).ToJsonString(RecipeJson.OneLine),
    };

    /// <summary>Refuses what could not be written, or would overwrite something, before the run.</summary>
    private void CheckOutputs(ParseResult parsed, string output, NumberedPictures sheets)
    {
        if (!output.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--output '{output}' is a network: its name must end in {Ending}.");
        NamedFile[] inputs = [.. _training.Inputs(parsed)];
        NamedFile[] outputs =
        [
            new(_output.Name, output),
            .. parsed.GetValue(_log) is { } log ? (NamedFile[])[new(_log.Name, log)] : [],
            .. _view.Report(parsed),
        ];
        DistinctFiles.Require(
            inputs,
            [
                .. outputs,
                .. _checkpoints.Schedule(parsed) == CheckpointSchedule.Never
                    ? (NamedFile[])[]
                    : [new("the checkpoint", CheckpointWriter.PathOf(output))],
                .. sheets.ThatAreThereOrAmong([.. inputs, .. outputs])
                    .Select(path => new NamedFile(_sheetEvery.Name, path)),
            ]);
        foreach (NamedFile file in outputs)
            AtomicFile.CheckWritable(file.Path);
    }

    private InputHash[] HashInputs(ParseResult parsed)
    {
        var hashes = new FileHashes();
        return [.. _training.Inputs(parsed).Select(hashes.Of)];
    }

    /// <summary>The command line as a checkpoint keeps it.</summary>
    private string[][] Record(ParseResult parsed) => RecordedCommand.Of(
        parsed,
        [
            .. _training.Named(parsed),
            new NamedFile(_output.Name, parsed.GetRequiredValue(_output)),
            .. parsed.GetValue(_log) is { } log ? (NamedFile[])[new(_log.Name, log)] : [],
            .. _view.Report(parsed),
        ],
        left: [_quiet.Name, LiveOption.Name]);

    /// <summary>What a user types to train the network again.</summary>
    private static string Again(ParseResult parsed) => RecordedCommand.ToLine(
        Name, RecordedCommand.Of(parsed, [], [QuietOption.Name, .. ViewOptions.Names]));
}
