using System.Text;
using IlgpuStyle.StyleTransfer;

namespace IlgpuStyle.App;

/// <summary>
/// The CSV file of <c>--log</c>: one row an iteration, the losses being those before the step, nine significant
/// digits.
/// </summary>
internal sealed class LossLog : IDisposable
{
    private readonly AtomicFile _file;

    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public LossLog(string path)
    {
        _file = AtomicFile.Create(path);
        WriteLine("iteration,loss,content,style,total_variation,learning_rate,milliseconds");
    }

    /// <summary>Adds an iteration's row.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public void Write(IterationReport report)
    {
        LossValues losses = report.Losses;
        WriteLine(
            $"{report.Iteration},{losses.Total:G9},{losses.Content:G9},{losses.Style:G9},{losses.TotalVariation:G9},"
            + $"{report.LearningRate:G9},{report.Milliseconds:G9}");
    }

    /// <summary>
    /// Moves the log to its place, also after an interrupted or failed run: its rows are what happened.
    /// </summary>
    public void Dispose()
    {
        using (_file)
        {
            _file.Commit();
        }
    }

    private void WriteLine(string line) => _file.Write(stream => stream.Write(Encoding.ASCII.GetBytes(line + "\n")));
}
