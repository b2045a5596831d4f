using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Output;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Report;

/// <summary>Collects what <c>--report</c> shows of a run: frames at 1, 2, 5, 10, 20, 50, … steps.</summary>
/// <param name="path">Where the report is written.</param>
/// <param name="run">What stays the same over the run.</param>
/// <param name="pictures">Those of the run.</param>
/// <param name="history">The losses; whoever makes the run adds to it.</param>
/// <param name="finish">Makes a picture what is saved of it.</param>
internal sealed class RunReport(
    string path, RunDescription run, ShownPictures pictures, LossHistory history, Func<RgbPicture, Picture> finish)
{
    private const int MostFrameSide = 384;

    private readonly int _stepsBefore = (history.Last?.Iteration ?? -1) + 1;
    private readonly DateTimeOffset _begun = DateTimeOffset.Now;
    private readonly List<ReportFrame> _frames = [];

    /// <summary>An observer that also collects.</summary>
    public RunObserver Observe(RunObserver observer) => observer.WithPictures(IsFrame, AddFrame);

    /// <summary>Writes the report.</summary>
    /// <param name="result">How the run ended.</param>
    /// <param name="picture">As it was saved.</param>
    /// <param name="output">Where.</param>
    /// <param name="worse">What is wrong with it, in a sentence; null for nothing.</param>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public void Write(RunResult result, Picture picture, string output, string? worse)
    {
        string page = ReportPage.Write(new ReportContent(
            run, pictures, history.ToList(), _frames, picture, output, result, _stepsBefore, _begun,
            DateTimeOffset.Now, worse));
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(page);
        });
        file.Commit();
    }

    /// <summary>Whether a number is 1, 2 or 5, with zeros behind it.</summary>
    internal static bool IsFrame(int steps)
    {
        while (steps > 0 && steps % 10 == 0)
            steps /= 10;
        return steps is 1 or 2 or 5;
    }

    private void AddFrame(int steps, RgbPicture picture)
    {
        if (!IsFrame(steps))
            return;
        _frames.RemoveAll(frame => frame.Steps >= steps); // The run has gone back.
        _frames.Add(new ReportFrame(
            steps, new PictureSize(picture.Height, picture.Width), Preview.Of(finish(picture), MostFrameSide)));
    }
}

/// <summary>A picture on the way.</summary>
/// <param name="Steps">Done before it.</param>
/// <param name="Size">Its own.</param>
/// <param name="Preview">For the page.</param>
internal sealed record ReportFrame(int Steps, PictureSize Size, Preview Preview);

/// <summary>All that a report shows.</summary>
/// <param name="Run">What stays the same over the run.</param>
/// <param name="Pictures">Content and styles.</param>
/// <param name="History">The losses.</param>
/// <param name="Frames">In order.</param>
/// <param name="Result">As it was saved.</param>
/// <param name="Output">Where.</param>
/// <param name="End">How the run ended.</param>
/// <param name="StepsBefore">Done by an earlier run that this one went on from.</param>
/// <param name="Begun">This run's begin.</param>
/// <param name="Ended">Its end.</param>
/// <param name="Worse">What is wrong with the result, in a sentence; null for nothing.</param>
internal sealed record ReportContent(
    RunDescription Run, ShownPictures Pictures, IReadOnlyList<IterationReport> History,
    IReadOnlyList<ReportFrame> Frames, Picture Result, string Output, RunResult End, int StepsBefore,
    DateTimeOffset Begun, DateTimeOffset Ended, string? Worse);
