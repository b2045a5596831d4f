namespace ILGPU;

/// <summary>Atomic operations, relaxed, across all threads of a launch.</summary>
public static class Atomic
{
    /// <summary>Adds <paramref name="value"/> to <paramref name="target"/>; returns what was there before.</summary>
    public static int Add(ref int target, int value) => Interlocked.Add(ref target, value) - value;
}
