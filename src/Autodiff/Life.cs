namespace IlgpuStyle.Autodiff;

/// <summary>The steps during which a buffer's content is needed: closed intervals, ends included.</summary>
public sealed class Life
{
    private readonly List<(int First, int Last)> _intervals = [];

    /// <summary>From the first step to the last.</summary>
    public static Life Always(int steps)
    {
        var life = new Life();
        life._intervals.Add((0, steps));
        return life;
    }

    /// <summary>The content is made anew at this step.</summary>
    public void Write(int time)
    {
        if (!Covers(time))
            _intervals.Add((time, time));
    }

    /// <summary>The content of the last write is still needed at this step.</summary>
    public void Read(int time)
    {
        if (Covers(time))
            return;
        if (_intervals.Count == 0)
            throw new InvalidOperationException($"Step {time} reads a buffer that no step before it has written.");
        _intervals[^1] = (_intervals[^1].First, time);
    }

    /// <summary>Whether the content is made anew at this step, rather than added to.</summary>
    public bool StartsAt(int time) => _intervals.Exists(interval => interval.First == time);

    /// <summary>Whether there is a step at which both are needed.</summary>
    public bool Overlaps(Life other) => _intervals.Exists(
        mine => other._intervals.Exists(theirs => mine.First <= theirs.Last && theirs.First <= mine.Last));

    /// <summary>Adds the steps of another.</summary>
    public void Add(Life other) => _intervals.AddRange(other._intervals);

    private bool Covers(int time) => _intervals.Exists(interval => interval.First <= time && time <= interval.Last);
}
