using IlgpuStyle.StyleTransfer;

namespace IlgpuStyle.App;

/// <summary>
/// The CSV file of <c>--log</c>: one row an iteration, the losses being those before the step, nine significant
/// digits.
/// </summary>
internal sealed class LossLog : IDisposable
{
    private readonly AtomicFile _file;
    private readonly StreamWriter _writer;

    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public LossLog(string path)
    {
        _file = AtomicFile.Create(path);
        _writer = new StreamWriter(_file.Stream) { NewLine = "\n" };
        _writer.WriteLine("iteration,loss,content,style,total_variation,learning_rate,milliseconds");
    }

    public void Write(IterationReport report)
    {
        LossValues losses = report.Losses;
        _writer.WriteLine(
            $"{report.Iteration},{losses.Total:G9},{losses.Content:G9},{losses.Style:G9},{losses.TotalVariation:G9},"
            + $"{report.LearningRate:G9},{report.Milliseconds:G9}");
    }

    /// <summary>Moves the log to its place, also after an interrupted or failed run: its rows are what happened.</summary>
    public void Dispose()
    {
        _writer.Flush();
        _file.Commit();
        _file.Dispose();
    }
}
