using System.Diagnostics;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Text;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>Keeps a run's state in a file beside its output, the one before until the next is whole.</summary>
/// <remarks>A disk that does not take it must not cost the run: that is told, and tried again the next time.</remarks>
/// <param name="path">Where.</param>
/// <param name="schedule">When.</param>
/// <param name="isKept">Whether the file stays when the run is over.</param>
/// <param name="manifest">Says of a checkpoint what belongs to it beside the state.</param>
/// <param name="history">Every iteration before this run, to which its own are added.</param>
/// <param name="tell">Tells the user.</param>
internal sealed class CheckpointWriter(
    string path, CheckpointSchedule schedule, bool isKept, Func<RunCheckpoint, CheckpointManifest> manifest,
    IEnumerable<IterationReport> history, Action<string> tell)
{
    private const string Ending = ".ilgpustyle";

    private readonly List<IterationReport> _history = [.. history];
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private bool _isFirst = true;

    /// <summary>Whether the file there is this run's.</summary>
    public bool HasWritten { get; set; }

    /// <summary>Where the checkpoint of a run with this output lies.</summary>
    public static string PathOf(string output) => output + Ending;

    /// <summary>What a user types to go on.</summary>
    public static string CommandOf(string path) => $"ilgpustyle resume {ShellWord.Quote(path)}";

    /// <summary>An observer that also sees to checkpoints.</summary>
    public RunObserver Observe(RunObserver observer) => observer with
    {
        Iteration = (Action<IterationReport>)_history.Add + observer.Iteration,
        CheckpointIsDue = stepsDone => schedule.IsDue(stepsDone, _sinceLast.Elapsed, _isFirst),
        Checkpoint = Write,
    };

    /// <summary>The run is over and its result saved.</summary>
    /// <exception cref="OutputFileException">The file cannot be deleted.</exception>
    public void Finish()
    {
        if (HasWritten && !isKept)
            AtomicFile.Delete(path);
    }

    private void Write(RunCheckpoint checkpoint)
    {
        if (checkpoint.Occasion == CheckpointOccasion.End && !isKept)
            return;
        try
        {
            StateEntry[] entries = [Checkpoint.HistoryEntry(_history), .. checkpoint.State];
            using AtomicFile file = AtomicFile.Create(path);
            file.Write(stream => SafetensorsFile.Write(stream, manifest(checkpoint).ToMetadata(), entries));
            file.Commit(flushToDisk: true);
            HasWritten = true;
            if (checkpoint.Occasion == CheckpointOccasion.Interrupted)
                tell($"to go on: {CommandOf(path)}");
        }
        catch (OutputFileException exception)
        {
            tell($"ilgpustyle: no checkpoint: {exception.Message}");
        }
        _sinceLast.Restart();
        _isFirst = false;
    }
}
