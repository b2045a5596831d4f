using System.Globalization;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>When a checkpoint is due: <c>--checkpoint-every</c>.</summary>
/// <param name="Interval">From one to the next; the first comes after a minute at the latest.</param>
/// <param name="Steps">The same in steps; 0 where it is a time.</param>
internal sealed record CheckpointSchedule(TimeSpan Interval, int Steps)
{
    /// <summary>How it is written.</summary>
    public const string Form = "30s|10m|25|never";

    private static readonly TimeSpan LatestFirst = TimeSpan.FromMinutes(1);

    /// <summary>Where nothing is said.</summary>
    public static CheckpointSchedule Usual { get; } = new(TimeSpan.FromMinutes(10), 0);

    /// <summary>For none at all.</summary>
    public static CheckpointSchedule Never { get; } = new(Timeout.InfiniteTimeSpan, 0);

    /// <summary>As in "after 1 minute, then every 10 minutes".</summary>
    public string Described => Steps > 0
        ? $"every {(Steps == 1 ? "step" : $"{Steps} steps")}"
        : Interval <= LatestFirst
            ? $"every {Interval.TotalSeconds:0} s"
            : $"after {LatestFirst.TotalSeconds:0} s, then every {Interval.TotalMinutes:0.#} min";

    /// <summary>The schedule of a word; null where it is none.</summary>
    public static CheckpointSchedule? Parse(string text)
    {
        if (text == "never")
            return Never;
        char unit = text.Length > 0 ? text[^1] : ' ';
        bool isTime = unit is 's' or 'm';
        string number = isTime ? text[..^1] : text;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
            return null;
        return isTime
            ? new CheckpointSchedule(unit == 's' ? TimeSpan.FromSeconds(count) : TimeSpan.FromMinutes(count), 0)
            : new CheckpointSchedule(Timeout.InfiniteTimeSpan, count);
    }

    /// <summary>Whether one is due.</summary>
    /// <param name="stepsDone">Over all scales.</param>
    /// <param name="sinceLast">Time since the last one, or since the start.</param>
    /// <param name="isFirst">Whether there was none yet.</param>
    public bool IsDue(int stepsDone, TimeSpan sinceLast, bool isFirst)
    {
        if (Steps > 0)
            return stepsDone % Steps == 0;
        return sinceLast >= (isFirst && Interval > LatestFirst ? LatestFirst : Interval);
    }
}
