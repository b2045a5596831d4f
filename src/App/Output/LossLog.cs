using System.Diagnostics;
using System.Text;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.App.Output;

/// <summary>
/// The CSV file of <c>--log</c>: one row an iteration, the losses being those before the step, nine significant
/// digits.
/// </summary>
/// <remarks>
/// An earlier file stays until the first row; from then on rows are on the disk a second after their step at the
/// latest, whatever becomes of the run. A log that the disk does not take must not cost the picture:
/// <see cref="Commit"/> tells of it at the end.
/// </remarks>
internal sealed class LossLog : IDisposable
{
    private static readonly TimeSpan LongestUnwritten = TimeSpan.FromSeconds(1);

    private readonly AtomicFile _file;
    private readonly Stopwatch _sinceFlush = Stopwatch.StartNew();
    private OutputFileException? _failure;
    private bool _isPublished;

    /// <param name="path">Where.</param>
    /// <param name="earlier">The iterations of a run that this one goes on from.</param>
    /// <param name="notes">Its sentences, in order, with the number of iterations before each.</param>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public LossLog(
        string path, IEnumerable<IterationReport> earlier, IEnumerable<(int Iterations, string Sentence)> notes)
    {
        var waiting = new Queue<(int Iterations, string Sentence)>(notes);
        _file = AtomicFile.Create(path);
        WriteLine("iteration,loss,content,style,total_variation,learning_rate,milliseconds");
        foreach (IterationReport report in earlier)
        {
            while (waiting.TryPeek(out (int Iterations, string _) next) && next.Iterations <= report.Iteration)
                WriteNote(waiting.Dequeue().Sentence);
            WriteLine(Row(report));
        }
        foreach ((_, string sentence) in waiting)
            WriteNote(sentence);
    }

    /// <summary>Adds an iteration's row.</summary>
    public void Write(IterationReport report)
    {
        WriteLine(Row(report));
        if (_isPublished && _sinceFlush.Elapsed < LongestUnwritten)
            return;
        Guard(_file.Publish);
        _isPublished = true;
        _sinceFlush.Restart();
    }

    /// <summary>Adds a sentence behind the rows, as a comment: a line that starts with #.</summary>
    public void WriteNote(string sentence) => WriteLine($"# {sentence}");

    /// <summary>Writes the log to its end.</summary>
    /// <exception cref="OutputFileException">The disk did not take all of it.</exception>
    public void Commit()
    {
        Guard(() => _file.Commit());
        if (_failure is not null)
            throw _failure;
    }

    /// <summary>What is written of a run that failed stays: its rows are what happened.</summary>
    public void Dispose()
    {
        if (_isPublished)
            Guard(() => _file.Commit());
        _file.Dispose();
    }

    private static string Row(IterationReport report)
    {
        LossValues losses = report.Losses;
        return $"{report.Iteration},{losses.Total:G9},{losses.Content:G9},{losses.Style:G9},"
            + $"{losses.TotalVariation:G9},{report.LearningRate:G9},{report.Milliseconds:G9}";
    }

    private void WriteLine(string line) =>
        Guard(() => _file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(line + "\n"))));

    private void Guard(Action write)
    {
        try
        {
            if (_failure is null)
                write();
        }
        catch (OutputFileException exception)
        {
            _failure = exception;
        }
    }
}
