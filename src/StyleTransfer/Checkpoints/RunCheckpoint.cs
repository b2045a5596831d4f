namespace IlgpuStyle.StyleTransfer.Checkpoints;

/// <summary>A run between two steps: with these entries put back it goes on as if it had never stopped.</summary>
/// <param name="Scale">Counted from 0, coarse to fine.</param>
/// <param name="Steps">Steps done at this scale.</param>
/// <param name="Iterations">Steps done over all scales.</param>
/// <param name="Occasion">What it is for.</param>
/// <param name="State">What the rest of the run depends on; valid until the run goes on.</param>
public sealed record RunCheckpoint(
    int Scale, int Steps, int Iterations, CheckpointOccasion Occasion, IEnumerable<StateEntry> State);

/// <summary>What a checkpoint is for.</summary>
public enum CheckpointOccasion
{
    /// <summary>It was due, in the middle of a run.</summary>
    Due,

    /// <summary>A scale is done and the next one has targets to compute.</summary>
    ScaleEnd,

    /// <summary>The run was cancelled.</summary>
    Interrupted,

    /// <summary>The run is over.</summary>
    End,
}

/// <summary>Where a run goes on.</summary>
/// <param name="Scale">Of the checkpoint.</param>
/// <param name="Losses">Those of the steps that the scale has done.</param>
/// <param name="Values">The values that an entry was kept with.</param>
public sealed record SavedRun(int Scale, IReadOnlyList<double> Losses, Func<StateEntry, Array> Values);
