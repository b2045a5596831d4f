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
/// A log that the disk does not take must not cost the picture: <see cref="Commit"/> tells of it at the end.
/// </remarks>
internal sealed class LossLog : IDisposable
{
    private readonly AtomicFile _file;
    private OutputFileException? _failure;
    private bool _closed;

    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public LossLog(string path)
    {
        _file = AtomicFile.Create(path);
        WriteLine("iteration,loss,content,style,total_variation,learning_rate,milliseconds");
    }

    /// <summary>Adds an iteration's row.</summary>
    public void Write(IterationReport report)
    {
        LossValues losses = report.Losses;
        WriteLine(
            $"{report.Iteration},{losses.Total:G9},{losses.Content:G9},{losses.Style:G9},{losses.TotalVariation:G9},"
            + $"{report.LearningRate:G9},{report.Milliseconds:G9}");
    }

    /// <summary>Adds a sentence behind the rows, as a comment: a line that starts with #.</summary>
    public void WriteNote(string sentence) => WriteLine($"# {sentence}");

    /// <summary>Moves the log to its place.</summary>
    /// <exception cref="OutputFileException">The disk did not take all of it: there is no log.</exception>
    public void Commit()
    {
        _closed = true;
        if (_failure is not null)
            throw _failure;
        _file.Commit();
    }

    /// <summary>
    /// Commits the log of a run that failed too: its rows are what happened, and its failure is what is told.
    /// </summary>
    public void Dispose()
    {
        try
        {
            if (!_closed)
                Commit();
        }
        catch (OutputFileException)
        {
            // Another failure ends the program.
        }
        finally
        {
            _file.Dispose();
        }
    }

    private void WriteLine(string line)
    {
        try
        {
            if (_failure is null)
                _file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(line + "\n")));
        }
        catch (OutputFileException exception)
        {
            _failure = exception;
        }
    }
}
