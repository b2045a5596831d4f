using System.Net;
using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Live;
using IlgpuStyle.App.Report;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Output;

/// <summary>Shows a run to people: on a page while it goes on, in a report when it is over.</summary>
internal sealed class RunView : IDisposable
{
    private readonly LossHistory _history;
    private readonly LiveRun? _live;
    private readonly LiveServer? _server;
    private readonly RunReport? _report;

    /// <param name="page">Where the page is; null for none.</param>
    /// <param name="report">Where the report goes; null for none.</param>
    /// <param name="run">What stays the same over the run.</param>
    /// <param name="pictures">Those of the run.</param>
    /// <param name="finish">Makes a picture what is saved of it.</param>
    /// <param name="save">Saves a picture on the way and says where it is, or what went wrong.</param>
    /// <param name="earlier">The iterations of a run that this one goes on from.</param>
    /// <param name="stop">Ends the run after the step it is at.</param>
    /// <param name="tell">Is told the page's address.</param>
    /// <exception cref="UsageException">There can be no page there.</exception>
    public RunView(
        IPEndPoint? page, string? report, RunDescription run, ShownPictures pictures,
        Func<RgbPicture, Picture> finish, Func<int, RgbPicture, string> save, IEnumerable<IterationReport> earlier,
        Action stop, Action<string> tell)
    {
        _history = new LossHistory(earlier);
        if (report is not null)
            _report = new RunReport(report, run, pictures, _history, finish);
        if (page is null)
            return;
        _live = new LiveRun(run, pictures, _history, finish, save, stop);
        _server = LiveServer.Start(page, _live);
        tell($"live view: {_server.Address}");
    }

    /// <summary>An observer that also shows.</summary>
    public RunObserver Observe(RunObserver observer)
    {
        if (_live is null && _report is null)
            return observer;
        observer = observer with { Iteration = observer.Iteration + _history.Add };
        observer = _report?.Observe(observer) ?? observer;
        return _live?.Observe(observer) ?? observer;
    }

    /// <summary>The run is over and its result saved.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="picture">As it was saved.</param>
    /// <param name="output">Where.</param>
    /// <param name="worse">What is wrong with it, in a sentence; null for nothing.</param>
    /// <exception cref="OutputFileException">The report cannot be written.</exception>
    public void Finish(RunResult result, Picture picture, string output, string? worse)
    {
        _live?.Finish(
            result.Interrupted ? "Stopped" : "Finished",
            $"Saved as {Path.GetFullPath(output)}." + (worse is null ? "" : $" {worse}"),
            picture);
        _report?.Write(result, picture, output, worse);
    }

    public void Dispose() => _server?.Dispose();
}
