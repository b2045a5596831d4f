using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer;

/// <summary>What the caller of a run is told, and when.</summary>
public sealed record RunObserver
{
    /// <summary>Called before the first step of each scale.</summary>
    public Action<TargetsReport>? TargetsComputed { get; init; }

    /// <summary>
    /// Called once for each iteration, in order; several may come at once, since the host looks at the losses of
    /// fast steps only now and then.
    /// </summary>
    public Action<IterationReport>? Iteration { get; init; }

    /// <summary>Asked after each step, with the number of steps done, whether to hand over the picture.</summary>
    public Func<int, bool>? PictureIsDue { get; init; }

    /// <summary>
    /// Called with the number of steps done and the picture, levels not yet clipped to 0..255; the picture is the
    /// caller's to keep.
    /// </summary>
    public Action<int, RgbPicture>? Picture { get; init; }

    /// <summary>Told each time that the loss was not finite and the run went back.</summary>
    public Action<DivergenceReport>? Diverged { get; init; }

    /// <summary>Asked after each step, with the number of steps done, whether to keep the run's state.</summary>
    public Func<int, bool>? CheckpointIsDue { get; init; }

    /// <summary>
    /// Handed the state where it is due, and at the end of each scale and of the run, whichever way that ends.
    /// </summary>
    public Action<RunCheckpoint>? Checkpoint { get; init; }

    /// <summary>This observer and somebody else who wants pictures.</summary>
    /// <param name="isDue">Asked after each step whether it is time for one.</param>
    /// <param name="picture">Handed every picture, those that others have asked for too.</param>
    public RunObserver WithPictures(Func<int, bool> isDue, Action<int, RgbPicture> picture) => this with
    {
        PictureIsDue = PictureIsDue is { } others ? steps => others(steps) | isDue(steps) : isDue,
        Picture = Picture + picture,
    };
}

/// <summary>That what a scale's losses compare with is there.</summary>
/// <param name="Scale">Counted from 0, coarse to fine.</param>
/// <param name="StepsDone">At this scale: more than 0 where a run goes on.</param>
/// <param name="Height">The picture's at this scale, in pixels.</param>
/// <param name="Width">The same.</param>
/// <param name="Time">What it took.</param>
public readonly record struct TargetsReport(int Scale, int StepsDone, int Height, int Width, TimeSpan Time);

/// <summary>One iteration as it is logged.</summary>
/// <param name="Iteration">The step, counted from 0 over all scales.</param>
/// <param name="Losses">The losses before the step.</param>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="Milliseconds">Its time; an average where several were looked at together.</param>
public readonly record struct IterationReport(
    int Iteration, LossValues Losses, double LearningRate, double Milliseconds);

/// <summary>A loss, or a picture, was not finite, and the run went back to its best picture.</summary>
/// <param name="Iteration">The step that is made anew.</param>
/// <param name="LearningRate">Its rate, half of the one before; 0 at a run's end, where no step is left.</param>
public readonly record struct DivergenceReport(int Iteration, double LearningRate);

/// <summary>What is done when a loss is not finite.</summary>
public enum DivergencePolicy
{
    /// <summary>The run goes on from its best picture at half the learning rate.</summary>
    LowerRate,

    /// <summary>The run ends.</summary>
    Stop,
}

/// <summary>What a run ended with.</summary>
/// <param name="Picture">The result, levels not yet clipped to 0..255.</param>
/// <param name="Iterations">The steps done.</param>
/// <param name="Interrupted">Whether it was cancelled before its end.</param>
/// <param name="StopReason">Why the optimizer stopped before the last iteration; null if it did not.</param>
public sealed record RunResult(RgbPicture Picture, int Iterations, bool Interrupted, string? StopReason)
{
    /// <summary>How the loss went at the last scale; null where the steps were too few to say.</summary>
    public LossTrend? Trend { get; init; }
}
