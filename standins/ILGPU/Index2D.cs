namespace ILGPU;

/// <summary>A two-dimensional index or extent; X varies fastest.</summary>
/// <param name="x">The fastest coordinate.</param>
/// <param name="y">The slower coordinate.</param>
public readonly struct Index2D(int x, int y) : IIndex
{
    /// <summary>The fastest coordinate.</summary>
    public int X { get; } = x;

    /// <summary>The slower coordinate.</summary>
    public int Y { get; } = y;

    /// <summary>An index from its coordinates.</summary>
    public static implicit operator Index2D((int, int) values) => new(values.Item1, values.Item2);
}
