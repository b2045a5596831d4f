namespace ILGPU;

/// <summary>A three-dimensional index or extent; X varies fastest.</summary>
/// <param name="x">The fastest coordinate.</param>
/// <param name="y">The middle coordinate.</param>
/// <param name="z">The slowest coordinate.</param>
public readonly struct Index3D(int x, int y, int z) : IIndex
{
    /// <summary>The fastest coordinate.</summary>
    public int X { get; } = x;

    /// <summary>The middle coordinate.</summary>
    public int Y { get; } = y;

    /// <summary>The slowest coordinate.</summary>
    public int Z { get; } = z;

    /// <summary>An index from its coordinates.</summary>
    public static implicit operator Index3D((int, int, int) values) =>
        new(values.Item1, values.Item2, values.Item3);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y}, {Z})";
}
