using System.CommandLine;
using System.Diagnostics;
using IlgpuStyle.App.Images;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle stylize</c>: repaints a photograph in the style of another picture.</summary>
internal sealed class StylizeCommand
{
    private readonly PictureOptions _pictures = new();

    private readonly Option<string> _output = new("--output")
    {
        Description = "The result (.png, .jpg or .jpeg).",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Write every iteration's losses, learning rate and time in milliseconds to this CSV file. "
            + "Default: none.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
    };

    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();

    private readonly Option<int?> _saveEvery = Numbers.Whole(
        "--save-every",
        "Save the picture each N iterations, as OUTPUT with the iteration before its ending. Default: never.",
        least: 1);

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
        command.Add(stylize._stretch);
        command.Add(stylize._showEdges);
        command.Add(stylize._quiet);
        command.SetAction(parsed => (int)stylize.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string output = parsed.GetRequiredValue(_output);
        string? logPath = parsed.GetValue(_log);
        string? edges = parsed.GetValue(_showEdges);
        bool stretch = parsed.GetValue(_stretch);
        bool quiet = parsed.GetValue(_quiet);
        PictureFile.CheckWritable(output);
        if (logPath is not null)
        {
            if (Path.GetFullPath(logPath) == Path.GetFullPath(output))
                throw new UsageException($"--log and --output must be two files, not both '{output}'.");
            AtomicFile.CheckWritable(logPath);
        }
        if (edges is not null)
            EdgePictures.CreateFolder(edges);

        void Tell(string line)
        {
            if (!quiet)
                error.WriteLine(line);
        }

        var clock = Stopwatch.StartNew();
        (Recipe recipe, PreparedPictures pictures) = _pictures.Load(parsed);
        if (edges is not null && pictures.ContentSize.ShortSide < 2)
            throw new UsageException($"--show-edges needs at least 2×2 pixels, not {pictures.ContentSize}.");
        foreach (string line in pictures.Describe())
            Tell(line);
        using Engine engine = Engine.Open(_pictures.Device(parsed));
        Tell($"device: {engine.Device.Name} ({engine.Device.Api})");
        using StyleTransferJob job = CreateJob(parsed, engine, recipe, pictures, Tell);
        // The weights are on the device now; their 80 MB on the host would otherwise stay for most of a run.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Tell($"device memory: {job.Plan.TotalBytes >> 20} MiB"
            + (job.Plan.RecomputedShare > 0 ? $", recomputing {job.Plan.RecomputedShare:P0} of a step" : "")
            + $"; ready after {clock.Elapsed.TotalSeconds:F1} s");

        using var interruption = new Interruption(error, "finishing the step and saving the picture");
        using LossLog? log = logPath is null ? null : new LossLog(logPath);
        RunResult result;
        OutputFileException? notSaved = null;
        try
        {
            result = Progress.Show(error, job.Iterations, quiet, progress => job.Run(
                progress with
                {
                    Iteration = iteration =>
                    {
                        log?.Write(iteration);
                        progress.Iteration?.Invoke(iteration);
                    },
                    PictureEvery = parsed.GetValue(_saveEvery) ?? 0,
                    Picture = (iteration, picture) =>
                    {
                        try
                        {
                            PictureFile.Save(pictures.Finish(picture, stretch), Numbered(output, iteration));
                        }
                        catch (OutputFileException exception)
                        {
                            // Told of when the result is saved, which must not be lost with it.
                            notSaved ??= exception;
                        }
                    },
                },
                interruption.Token));
        }
        catch (LossNotFiniteException exception) when (exception.LastFinitePicture is { } lastFinite)
        {
            PictureFile.Save(pictures.Finish(lastFinite, stretch), output);
            error.WriteLine($"The last finite picture is saved as {output}.");
            throw;
        }
        Picture finished = pictures.Finish(result.Picture, stretch);
        PictureFile.Save(finished, output);
        if (edges is not null)
        {
            EdgePictures.Save(pictures.Content(), edges, "content");
            EdgePictures.Save(finished, edges, "result");
        }
        if (finished.Size != pictures.ContentSize)
            Tell($"The picture is that of the scale of {finished.Size}, not of {pictures.ContentSize}.");
        Tell($"{result.Iterations} iterations in {clock.Elapsed.TotalSeconds:F1} s"
            + (result.StopReason is { } reason ? $": stopped because {reason}" : ""));
        parsed.InvocationConfiguration.Output.WriteLine(output);
        log?.Commit();
        if (notSaved is not null)
            throw notSaved;
        return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private StyleTransferJob CreateJob(
        ParseResult parsed, Engine engine, Recipe recipe, PreparedPictures pictures, Action<string> tell)
    {
        int seed = _pictures.Seed(parsed);
        VggWeights weights = WeightsOption.Load(_pictures.Weights(parsed), recipe.DeepestLayer(), seed, tell);
        return new StyleTransferJob(
            engine, weights, recipe, pictures.Stages(), seed, MaxMemoryOption.Bytes(parsed.GetValue(_maxMemory)));
    }

    /// <summary>out.png → out-100.png.</summary>
    private static string Numbered(string output, int iteration) => Path.Combine(
        Path.GetDirectoryName(output) ?? "",
        $"{Path.GetFileNameWithoutExtension(output)}-{iteration}{Path.GetExtension(output)}");
}
