using IlgpuStyle.StyleTransfer;

namespace IlgpuStyle.App.Charts;

/// <summary>The losses of a run for a chart: all of a short one, evenly spaced ones of a long one.</summary>
/// <remarks>One thread adds while others read.</remarks>
internal sealed class LossHistory
{
    /// <summary>A chart shows no more than it has pixels across.</summary>
    private const int MostReports = 1024;

    private readonly Lock _lock = new();
    private readonly List<IterationReport> _reports = [];
    private int _stride = 1;
    private IterationReport? _last;

    /// <param name="earlier">The iterations of a run that this one goes on from.</param>
    public LossHistory(IEnumerable<IterationReport> earlier)
    {
        foreach (IterationReport report in earlier)
            Add(report);
    }

    /// <summary>The newest; null before the first.</summary>
    public IterationReport? Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>Adds an iteration, which takes the place of those that were made anew.</summary>
    public void Add(IterationReport report)
    {
        lock (_lock)
        {
            if (report.Iteration <= _last?.Iteration)
                _reports.RemoveAll(other => other.Iteration >= report.Iteration);
            _last = report;
            if (report.Iteration % _stride != 0)
                return;
            _reports.Add(report);
            if (_reports.Count <= MostReports)
                return;
            _stride *= 2;
            _reports.RemoveAll(other => other.Iteration % _stride != 0);
        }
    }

    /// <summary>What a chart shows now, in order, the newest included.</summary>
    public IReadOnlyList<IterationReport> ToList()
    {
        lock (_lock)
        {
            return _last is { } last && (_reports.Count == 0 || _reports[^1].Iteration != last.Iteration)
                ? [.. _reports, last]
                : [.. _reports];
        }
    }
}
