using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using IlgpuStyle.App.Bulk;
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
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle stylize</c>: repaints a photograph in the style of another picture.</summary>
internal sealed class StylizeCommand
{
    /// <summary>Options that say where a run writes and what it tells: its picture is the same without them.</summary>
    public static readonly string[] OfOneRun =
    [
        "--output", "--log", "--save-every", "--show-edges", "--checkpoint-every", "--keep-checkpoint",
        .. ViewOptions.Names,
    ];

    // How the names of edge pictures start.
    private const string ContentEdges = "content";
    private const string ResultEdges = "result";

    private readonly PictureOptions _pictures = new();

    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "The result (.png, .jpg or .jpeg); with --content that is a folder or a pattern ('in/*.jpg'), or "
            + "with --each-style, the folder of all results.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<string?> _log = new Option<string?>("--log")
    {
        Description = "Write every iteration's losses, learning rate and time in milliseconds to this CSV file; a rate "
            + "that is relative to the first gradient is written as the rate itself. Default: none.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Progress);

    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();

    private readonly Option<int?> _saveEvery = Numbers.Whole(
        "--save-every",
        "Save the picture each N iterations, as OUTPUT with the iteration before its ending. Default: never.",
        least: 1).About(Subject.Progress);

    private readonly Option<int?> _jpegQuality = JpegQualityOption.Create();

    private readonly Option<bool> _stretch = new Option<bool>("--stretch")
    {
        Description = "Stretch the saved pictures' levels, the lowest to 0 and the highest to 255, as "
            + "keras.utils.save_img does. Default: levels stay.",
    }.About(Subject.Result);

    private readonly Option<string?> _showEdges = new Option<string?>("--show-edges")
    {
        Description = "Write into this folder where content and result change: differences of neighbours and Sobel "
            + "edges, from row to row (horizontal) and from column to column (vertical). Default: none.",
        HelpName = "DIR",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Result);

    private readonly Option<DivergencePolicy?> _onDivergence = WordOption.Create<DivergencePolicy>(
        "--on-divergence",
        "What to do when the loss is no longer finite: go on from the best picture at half the learning rate, up to 8 "
            + "times, or stop. Default: lower-rate.").About(Subject.Recipe);

    private readonly CheckpointOptions _checkpoints = new();
    private readonly ViewOptions _view = new();
    private readonly Option<bool> _quiet = QuietOption.Create();

    /// <summary>The options that evaluate has too.</summary>
    public PictureOptions Pictures => _pictures;

    public static Command Create()
    {
        var stylize = new StylizeCommand();
        var batch = new FolderBatch(stylize);
        Command command = stylize.ToCommand();
        batch.AddTo(command);
        command.SetAction(parsed => (int)(batch.IsMeant(parsed)
            ? batch.Run(parsed)
            : stylize.Run(RepeatableCommand.WithRecorded(parsed), parsed.InvocationConfiguration, resumed: null)));
        return command;
    }

    /// <summary>The command with its options, without what it does.</summary>
    public Command ToCommand()
    {
        var command = new Command("stylize", "Repaint a photograph in the style of another picture.");
        command.Add(_output);
        _pictures.AddTo(command);
        command.Add(_log);
        command.Add(_saveEvery);
        _checkpoints.AddTo(command);
        _view.AddTo(command);
        command.Add(_onDivergence);
        command.Add(_maxMemory);
        command.Add(_jpegQuality);
        command.Add(_stretch);
        command.Add(_showEdges);
        command.Add(_quiet);
        return command;
    }

    /// <summary>The result's path.</summary>
    public string Output(ParseResult parsed) => parsed.GetRequiredValue(_output);

    /// <summary>Whether nothing but results is told.</summary>
    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>What a run is asked for.</summary>
    /// <exception cref="InputFileException">A file cannot be read.</exception>
    public RunSettings Settings(ParseResult parsed, FileHashes hashes) => new(
        Output(parsed), Record(parsed), RecipeJson.ToNode(_pictures.Recipe(parsed)), HashInputs(parsed, hashes));

    /// <summary>Makes the run.</summary>
    /// <param name="parsed">The command line, or the recorded one of a run that goes on.</param>
    /// <param name="streams">Where to write.</param>
    /// <param name="resumed">Where that run has stopped; null for a new one.</param>
    /// <param name="session">What the run has in common with others; null where it is alone.</param>
    public ExitCode Run(
        ParseResult parsed, InvocationConfiguration streams, Checkpoint? resumed, StylizeSession? session = null)
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
        Recipe recipe = _pictures.Recipe(parsed, resumed?.Recipe);
        CheckpointSchedule schedule = _checkpoints.Schedule(parsed);
        string checkpointPath = CheckpointWriter.PathOf(output);
        if (resumed is not null)
        {
            RequireStepsLeft(recipe, resumed.Manifest);
            Tell($"going on after iteration {resumed.Manifest.Iteration} of '{resumed.Path}'");
        }
        else if (schedule != CheckpointSchedule.Never && File.Exists(checkpointPath))
        {
            Tell($"an earlier run has left '{checkpointPath}', which this one's first checkpoint will replace");
        }
        // Read while the device opens.
        Task<Inputs> reading = Task.Run(() => ReadInputs(parsed, recipe, output, Tell, session));
        using Engine? opened = session is null ? OpenDevice(parsed, reading) : null;
        Engine engine = opened ?? session!.Engine;
        opened?.LoadKernelsAhead();
        (PreparedPictures pictures, NumberedPictures onTheWay, StrongBox<Task<VggWeights>?> weights) =
            reading.GetAwaiter().GetResult();
        DeviceLines.Tell(engine, Tell);
        using StyleTransferJob job = CreateJob(
            parsed, engine, recipe, pictures, weights, resumed?.Manifest.Forms, session?.Network);
        job.RequireMemory();
        // Read while the first targets are computed.
        Task<InputHash[]> inputs = Task.Run(() => HashInputs(parsed, session?.Hashes ?? new FileHashes()));
        if (resumed is not null)
        {
            if (!job.Forms.SequenceEqual(resumed.Manifest.Forms))
                Tell("there is less memory than the run had: the rest is the same only up to rounding");
            InputHash.RequireSame(resumed.Manifest.Inputs, inputs.GetAwaiter().GetResult());
            if (resumed.Manifest.Device != RunDevice.Of(engine.Device))
            {
                Tell($"the run began on {resumed.Manifest.Device.Name} ({resumed.Manifest.Device.Driver}): from here "
                    + "on it is the same run only as far as devices round alike");
            }
        }
        Tell($"{MemoryText.Of(job.Plan, engine.Device.Class, pictures.Scales)}; ready after "
            + $"{clock.Elapsed.TotalSeconds:F1} s");

        var progress = new Progress(error, quiet);
        using var interruption = new Interruption(
            error, progress.WriteLine, "finishing the step, if one has begun, and saving its picture");
        using LossLog? log = parsed.GetValue(_log) is { } logPath
            ? new LossLog(logPath, resumed?.History ?? [], notes: [])
            : null;
        CheckpointWriter? checkpoints = schedule == CheckpointSchedule.Never
            ? null
            : new CheckpointWriter(
                checkpointPath, schedule, _checkpoints.Keeps(parsed),
                checkpoint => new CheckpointManifest(
                    CheckpointManifest.CurrentFormat, CheckpointManifest.ProgramVersion, checkpoint.Scale,
                    checkpoint.Iterations, checkpoint.Steps, Record(parsed), RecipeJson.ToNode(recipe),
                    RunDevice.Of(engine.Device), [.. job.Forms], inputs.GetAwaiter().GetResult()),
                resumed?.History ?? [], progress.WriteLine)
            {
                HasWritten = resumed is not null && RealPath.Of(resumed.Path) == RealPath.Of(checkpointPath),
            };
        if (checkpoints is not null)
            Tell($"checkpoint: {checkpointPath}, {schedule.Described}");
        var saved = new SavedPictures(
            pictures, output, onTheWay, parsed.GetValue(_stretch),
            parsed.GetValue(_jpegQuality) ?? PictureFile.DefaultJpegQuality, progress.WriteLine,
            Question.On(error))
        {
            Tag = new RecipeTag(
                CheckpointManifest.Program, RecipeJson.ToNode(recipe), RepeatableCommand.WithoutFiles(parsed), null),
        };
        using var view = new RunView(
            _view.Live(parsed), _view.Report(parsed).FirstOrDefault().Path,
            new RunDescription(
                output, recipe, RunDevice.Of(engine.Device),
                MemoryText.Mebibytes(job.Plan, engine.Device.Class, pictures.Scales), MemoryText.FormOf(job.Plan),
                RepeatableCommand.Again(parsed, isResumed: resumed is not null), inputs),
            pictures.Shown, saved.Finish, saved.SaveNow, resumed?.History ?? [],
            () => interruption.Stop("stopped on the page"), error.WriteLine);
        RunResult result;
        try
        {
            result = progress.Show(pictures.Steps, observer =>
            {
                observer = observer with
                {
                    Iteration = (log is null ? null : log.Write) + observer.Iteration,
                    Diverged = report => progress.WriteLine(Describe(report)),
                };
                observer = view.Observe(saved.Observe(observer));
                return Minimize(
                    job, checkpoints?.Observe(observer) ?? observer, resumed?.Run, saved, progress, interruption.Token);
            });
        }
        catch (OperationCanceledException)
        {
            Tell("no step was done: nothing is saved");
            return ExitCode.Interrupted;
        }
        Picture finished = saved.SaveResult(result.Picture, result.Iterations);
        if (parsed.GetValue(_showEdges) is { } edges)
        {
            EdgePictures.Save(pictures.Content, edges, ContentEdges);
            EdgePictures.Save(finished, edges, ResultEdges);
        }
        if (finished.Size != pictures.ContentSize)
            Tell($"The picture is that of the scale of {finished.Size}, not of {pictures.ContentSize}.");
        Tell($"{Counted.Of(result.Iterations, "iteration")} in {clock.Elapsed.TotalSeconds:F1} s"
            + (result.StopReason is { } reason ? $": stopped because {reason}" : ""));
        TellWhere(streams.Output, saved.Output, result.Interrupted);
        string? worse = result.Trend is { IsWorse: true } trend ? Describe(trend, recipe) : null;
        if (worse is not null)
        {
            error.WriteLine($"ilgpustyle: {worse}");
            log?.WriteNote(worse);
        }
        log?.Commit();
        if (!result.Interrupted)
            checkpoints?.Finish();
        view.Finish(result, finished, saved.Output, worse);
        saved.RequireAllSaved();
        return result.Interrupted ? ExitCode.Interrupted
            : worse is not null ? ExitCode.LossGrew
            : ExitCode.Done;
    }

    /// <summary>
    /// Opens the device; where there is none, a wrong input is told first: it is wrong on any machine.
    /// </summary>
    private Engine OpenDevice(ParseResult parsed, Task<Inputs> reading)
    {
        try
        {
            return Engine.Open(_pictures.Device(parsed));
        }
        catch (DeviceException)
        {
            reading.GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>The pictures; once all is known to be usable, the weights begin to load.</summary>
    private Inputs ReadInputs(
        ParseResult parsed, Recipe recipe, string output, Action<string> tell, StylizeSession? session)
    {
        PreparedPictures pictures = _pictures.Load(parsed, recipe, tell);
        var onTheWay = new NumberedPictures(
            output, parsed.GetValue(_saveEvery), pictures.Steps.Sum(scale => (long)scale.Iterations));
        CheckOutputs(parsed, pictures, onTheWay);
        if (AtomicFile.FreeBytes(output) is { } free && free < LargestPng(pictures.Content))
        {
            tell($"'{output}' may not fit: {free >> 10} KiB are free there, and a picture of {pictures.ContentSize} "
                + $"takes up to {LargestPng(pictures.Content) >> 10}.");
        }
        foreach (string line in pictures.Descriptions)
            tell(line);
        if (pictures.Content.Alpha is not null && !PictureFile.IsPng(output))
            tell($"The content's transparency is lost in '{output}': a name that ends in .png would keep it.");
        (string choice, string deepest, int seed) =
            (_pictures.Weights(parsed), recipe.DeepestLayer(), _pictures.Seed(parsed));
        return new Inputs(pictures, onTheWay, new StrongBox<Task<VggWeights>?>(
            session?.LoadWeights(choice, deepest, seed, tell)
                ?? Task.Run(() => WeightsOption.Load(choice, deepest, seed, tell))));
    }

    /// <summary>That a run got worse, and what would help.</summary>
    private static string Describe(LossTrend trend, Recipe recipe) =>
        $"The loss went from {trend.First:G4} to {trend.Last:G4} and was {trend.Lowest:G4} at its lowest: the picture is "
        + $"likely noise; lower --learning-rate, now {recipe.LearningRate.Initial:G6}"
        + (recipe.Optimizer is AdamSettings ? "." : ", or take --optimizer adam.");

    /// <summary>Prints the result's path; the terminal whose end has interrupted the run does not hear it.</summary>
    private static void TellWhere(TextWriter output, string path, bool isInterrupted)
    {
        try
        {
            output.WriteLine(path);
        }
        catch (OutputFileException) when (isInterrupted)
        {
            // The picture is saved, which is what counts.
        }
    }

    private static RunResult Minimize(
        StyleTransferJob job, RunObserver observer, SavedRun? resumed, SavedPictures saved, Progress progress,
        CancellationToken cancellation)
    {
        try
        {
            return job.Run(observer, resumed, cancellation);
        }
        catch (LossNotFiniteException exception) when (exception.LastFinitePicture is { } lastFinite)
        {
            saved.SaveResult(lastFinite);
            progress.WriteLine($"The last finite picture is saved as {saved.Output}.");
            throw;
        }
    }

    /// <summary>About the bytes of a picture that does not compress; few do not.</summary>
    private static long LargestPng(Picture picture) => picture.Size.Pixels * (picture.Alpha is null ? 3 : 4);

    private static string Describe(DivergenceReport report) => report.LearningRate > 0
        ? $"The loss of iteration {report.Iteration} is not finite: on from the best picture, at a learning rate of "
            + $"{report.LearningRate:G6}."
        : "The last step's picture is not finite: the best one is the result.";

    private static void RequireStepsLeft(Recipe recipe, CheckpointManifest manifest)
    {
        int iterations = recipe.IterationsAt(manifest.Scale);
        if (iterations < manifest.Step)
        {
            throw new UsageException(
                $"--iterations leaves {Counted.Of(iterations, "step")} where {manifest.Step} are done already: give at "
                + "least as many.");
        }
    }

    /// <summary>The command line as a checkpoint keeps it.</summary>
    private string[][] Record(ParseResult parsed) => RecordedCommand.Of(
        parsed,
        [
            .. _pictures.Inputs(parsed),
            new NamedFile(_output.Name, parsed.GetRequiredValue(_output)),
            .. parsed.GetValue(_log) is { } log ? (NamedFile[])[new(_log.Name, log)] : [],
            .. parsed.GetValue(_showEdges) is { } edges ? (NamedFile[])[new(_showEdges.Name, edges)] : [],
            .. _view.Report(parsed),
        ],
        left: [_quiet.Name, LiveOption.Name, .. PictureOptions.RecordedInRecipe]);

    /// <summary>
    /// The files that a run reads; the recipe's own is not one, since the checkpoint holds the recipe.
    /// </summary>
    private InputHash[] HashInputs(ParseResult parsed, FileHashes hashes) =>
    [
        .. _pictures.Inputs(parsed)
            .Where(file => !PictureOptions.RecordedInRecipe.Contains(file.Option)
                && file.Option != PictureOptions.WeightsName)
            .Concat(WeightsOption.Find(_pictures.Weights(parsed)) is { } weights
                ? [new NamedFile(PictureOptions.WeightsName, weights)]
                : [])
            .Select(hashes.Of),
    ];

    /// <summary>Refuses what could not be written, or would overwrite something, before the run.</summary>
    private void CheckOutputs(ParseResult parsed, PreparedPictures pictures, NumberedPictures onTheWay)
    {
        string? log = parsed.GetValue(_log);
        string? edges = parsed.GetValue(_showEdges);
        NamedFile output = new(_output.Name, parsed.GetRequiredValue(_output));
        NamedFile[] inputs = [.. _pictures.Inputs(parsed)];
        NamedFile[] outputs =
        [
            output,
            .. log is null ? (NamedFile[])[] : [new(_log.Name, log)],
            .. _view.Report(parsed),
            .. edges is null ? [] : EdgePictures.PathsOf(edges, ContentEdges)
                .Concat(EdgePictures.PathsOf(edges, ResultEdges)).Select(path => new NamedFile(_showEdges.Name, path)),
        ];
        DistinctFiles.Require(
            inputs,
            [
                .. outputs,
                .. _checkpoints.Schedule(parsed) == CheckpointSchedule.Never
                    ? (NamedFile[])[]
                    : [new("the checkpoint", CheckpointWriter.PathOf(output.Path))],
                .. onTheWay.ThatAreThereOrAmong([.. inputs, .. outputs])
                    .Select(path => new NamedFile(_saveEvery.Name, path)),
            ]);
        PictureFile.CheckWritable(output.Path);
        if (onTheWay.Last is { } longest)
            AtomicFile.CheckWritable(longest);
        JpegQualityOption.RequireFor(parsed.GetValue(_jpegQuality), output.Path);
        if (log is not null)
            AtomicFile.CheckWritable(log);
        foreach (NamedFile report in _view.Report(parsed))
            AtomicFile.CheckWritable(report.Path);
        if (edges is null)
            return;
        if (pictures.ContentSize.ShortSide < 2)
            throw new UsageException($"--show-edges needs at least 2×2 pixels, not {pictures.ContentSize}.");
        OutputFolder.Create(_showEdges.Name, edges);
    }

    /// <summary>
    /// A job whose weights are on the device. They are taken out of the box: unless other runs need them, their 80 MB
    /// on the host would stay for most of a run.
    /// </summary>
    private StyleTransferJob CreateJob(
        ParseResult parsed, Engine engine, Recipe recipe, PreparedPictures pictures,
        StrongBox<Task<VggWeights>?> weights, IReadOnlyList<MemoryForm>? forms, SharedNetwork? shared)
    {
        StyleTransferJob job = Create();
        if (shared is null)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return job;

        // Of its own, so that nothing holds the weights any more.
        [MethodImpl(MethodImplOptions.NoInlining)]
        StyleTransferJob Create()
        {
            VggWeights read = weights.Value!.GetAwaiter().GetResult();
            weights.Value = null;
            return new StyleTransferJob(
                engine, read, recipe, pictures.Scales, _pictures.Seed(parsed),
                MaxMemoryOption.DeviceBytes(parsed.GetValue(_maxMemory), engine.Device.Class, pictures.Scales), forms,
                shared)
            {
                OnDivergence = parsed.GetValue(_onDivergence) ?? DivergencePolicy.LowerRate,
            };
        }
    }

    private sealed record Inputs(
        PreparedPictures Pictures, NumberedPictures OnTheWay, StrongBox<Task<VggWeights>?> Weights);
}
