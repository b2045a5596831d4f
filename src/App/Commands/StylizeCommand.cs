using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle stylize</c>: repaints a photograph in the style of another picture.</summary>
internal sealed class StylizeCommand
{
    // How the names of edge pictures start.
    private const string ContentEdges = "content";
    private const string ResultEdges = "result";

    private readonly PictureOptions _pictures = new();

    private readonly Option<string> _output = new("--output")
    {
        Description = "The result (.png, .jpg or .jpeg).",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        Required = true,
    };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Write every iteration's losses, learning rate and time in milliseconds to this CSV file; a rate "
            + "that is relative to the first gradient is written as the rate itself. Default: none.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
    };

    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();

    private readonly Option<int?> _saveEvery = Numbers.Whole(
        "--save-every",
        "Save the picture each N iterations, as OUTPUT with the iteration before its ending. Default: never.",
        least: 1);

    private readonly Option<int?> _jpegQuality = Numbers.Whole(
        "--jpeg-quality",
        $"JPEG quality of the saved pictures, 1 to 100; up to 90, colours are kept at half the resolution. Default: "
            + $"{PictureFile.DefaultJpegQuality}.",
        least: 1, most: 100);

    private readonly Option<bool> _stretch = new("--stretch")
    {
        Description = "Stretch the saved pictures' levels, the lowest to 0 and the highest to 255, as "
            + "keras.utils.save_img does. Default: levels stay.",
    };

    private readonly Option<string?> _showEdges = new("--show-edges")
    {
        Description = "Write into this folder where content and result change: differences of neighbours and Sobel "
            + "edges, from row to row (horizontal) and from column to column (vertical). Default: none.",
        HelpName = "DIR",
        Validators = { PathOption.NotEmpty },
    };

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "Show no progress, only the result's path. Default: progress on standard error.",
    };

    public static Command Create()
    {
        var stylize = new StylizeCommand();
        var command = new Command("stylize", "Repaint a photograph in the style of another picture.");
        command.Add(stylize._output);
        stylize._pictures.AddTo(command);
        command.Add(stylize._log);
        command.Add(stylize._saveEvery);
        command.Add(stylize._maxMemory);
        command.Add(stylize._jpegQuality);
        command.Add(stylize._stretch);
        command.Add(stylize._showEdges);
        command.Add(stylize._quiet);
        command.SetAction(parsed => (int)stylize.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        bool quiet = parsed.GetValue(_quiet);

        void Tell(string line)
        {
            if (!quiet)
                error.WriteLine(line);
        }

        var clock = Stopwatch.StartNew();
        string output = parsed.GetRequiredValue(_output);
        Recipe recipe = _pictures.Recipe(parsed);
        // Read while the device opens.
        Task<Inputs> reading = Task.Run(() => ReadInputs(parsed, recipe, output, Tell));
        using Engine engine = OpenDevice(parsed, reading);
        engine.LoadKernelsAhead();
        (PreparedPictures pictures, NumberedPictures onTheWay, StrongBox<Task<VggWeights>?> weights) =
            reading.GetAwaiter().GetResult();
        Tell($"device: {engine.Device.Name} ({engine.Device.Api})");
        if (engine.IsFirstStart)
            Tell("compiling kernels (first start) …");
        using StyleTransferJob job = CreateJob(parsed, engine, recipe, pictures, weights);
        job.RequireMemory();
        Tell($"device memory: {job.Plan.TotalMebibytes} MiB"
            + (job.Plan.RecomputedShare > 0 ? $", recomputing {job.Plan.RecomputedShare:P0} of a step" : "")
            + $"; ready after {clock.Elapsed.TotalSeconds:F1} s");

        var progress = new Progress(error, quiet);
        using var interruption = new Interruption(
            error, progress.WriteLine, "finishing the step and saving the picture");
        using LossLog? log = parsed.GetValue(_log) is { } logPath ? new LossLog(logPath) : null;
        var saved = new SavedPictures(
            pictures, output, onTheWay, parsed.GetValue(_stretch),
            parsed.GetValue(_jpegQuality) ?? PictureFile.DefaultJpegQuality, progress.WriteLine,
            Question.On(error));
        RunResult result = progress.Show(pictures.Steps, observer => Minimize(
            job,
            observer with
            {
                Iteration = (log is null ? null : log.Write) + observer.Iteration,
                PictureEvery = onTheWay.Every,
                Picture = saved.SaveOnTheWay,
            },
            saved, progress, interruption.Token));
        Picture finished = saved.SaveResult(result.Picture);
        if (parsed.GetValue(_showEdges) is { } edges)
        {
            EdgePictures.Save(pictures.Content, edges, ContentEdges);
            EdgePictures.Save(finished, edges, ResultEdges);
        }
        if (finished.Size != pictures.ContentSize)
            Tell($"The picture is that of the scale of {finished.Size}, not of {pictures.ContentSize}.");
        Tell($"{Counted.Of(result.Iterations, "iteration")} in {clock.Elapsed.TotalSeconds:F1} s"
            + (result.StopReason is { } reason ? $": stopped because {reason}" : ""));
        TellWhere(parsed.InvocationConfiguration.Output, saved.Output, result.Interrupted);
        string? worse = result.Trend is { IsWorse: true } trend ? Describe(trend, recipe) : null;
        if (worse is not null)
        {
            error.WriteLine($"ilgpustyle: {worse}");
            log?.WriteNote(worse);
        }
        log?.Commit();
        saved.RequireAllSaved();
        return result.Interrupted ? ExitCode.Interrupted
            : worse is not null ? ExitCode.LossGrew
            : ExitCode.Done;
    }

    /// <summary>Opens the device; where there is none, a wrong input is told first: it is wrong on any machine.</summary>
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
    private Inputs ReadInputs(ParseResult parsed, Recipe recipe, string output, Action<string> tell)
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
        return new Inputs(pictures, onTheWay, new StrongBox<Task<VggWeights>?>(Task.Run(() => WeightsOption.Load(
            _pictures.Weights(parsed), recipe.DeepestLayer(), _pictures.Seed(parsed), tell))));
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
        StyleTransferJob job, RunObserver observer, SavedPictures saved, Progress progress,
        CancellationToken cancellation)
    {
        try
        {
            return job.Run(observer, cancellation);
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
            .. edges is null ? [] : EdgePictures.PathsOf(edges, ContentEdges)
                .Concat(EdgePictures.PathsOf(edges, ResultEdges)).Select(path => new NamedFile(_showEdges.Name, path)),
        ];
        DistinctFiles.Require(
            inputs,
            [
                .. outputs,
                .. onTheWay.ThatAreThereOrAmong([.. inputs, .. outputs])
                    .Select(path => new NamedFile(_saveEvery.Name, path)),
            ]);
        PictureFile.CheckWritable(output.Path);
        if (onTheWay.Last is { } longest)
            AtomicFile.CheckWritable(longest);
        if (parsed.GetValue(_jpegQuality) is not null && PictureFile.IsPng(output.Path))
        {
            throw new UsageException(
                $"--jpeg-quality is for JPEG, but '{output.Path}' will be a PNG, which loses nothing: leave it out, or "
                + "name a file that ends in .jpg.");
        }
        if (log is not null)
            AtomicFile.CheckWritable(log);
        if (edges is null)
            return;
        if (pictures.ContentSize.ShortSide < 2)
            throw new UsageException($"--show-edges needs at least 2×2 pixels, not {pictures.ContentSize}.");
        EdgePictures.CreateFolder(edges);
    }

    /// <summary>
    /// A job whose weights are on the device. They are taken out of the box: their 80 MB on the host would stay for
    /// most of a run.
    /// </summary>
    private StyleTransferJob CreateJob(
        ParseResult parsed, Engine engine, Recipe recipe, PreparedPictures pictures,
        StrongBox<Task<VggWeights>?> weights)
    {
        StyleTransferJob job = Create();
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
                MaxMemoryOption.Bytes(parsed.GetValue(_maxMemory)));
        }
    }

    private sealed record Inputs(
        PreparedPictures Pictures, NumberedPictures OnTheWay, StrongBox<Task<VggWeights>?> Weights);
}
