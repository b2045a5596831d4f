using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Output;

/// <summary>What page and report say of a run that stays the same over it.</summary>
/// <param name="Output">The result's path.</param>
/// <param name="Recipe">Every value.</param>
/// <param name="Device">What it runs on.</param>
/// <param name="PlannedMiB">The memory that it was planned with.</param>
/// <param name="MemoryForm">How it gets by with that: nothing, or what follows behind a comma.</param>
/// <param name="Command">What makes the picture again.</param>
/// <param name="Inputs">The files that were read.</param>
internal sealed record RunDescription(
    string Output, Recipe Recipe, RunDevice Device, long PlannedMiB, string MemoryForm, string Command,
    Task<InputHash[]> Inputs)
{
    /// <summary>Whether the result is a network, not a picture.</summary>
    public bool MakesNetwork { get; init; }

    /// <summary>The name of the result's file.</summary>
    public string Name => Path.GetFileName(Output);

    /// <summary>The device and its interface.</summary>
    public string DeviceName => $"{Device.Name} ({Device.Api})";
}
