namespace ILGPU;

/// <summary>A three-dimensional index or extent; X varies fastest.</summary>
/// <param name="x">The fastest coordinate.</param>
/// <param name="y">The middle coordinate.</param>
/// <param name="z">The slowest coordinate.</param>
public readonly struct Index3D(int x, int y, int z) : IIndex, IEquatable<Index3D>
{
    /// <summary>The fastest coordinate.</summary>
    public int X { get; } = x;

    /// <summary>The middle coordinate.</summary>
    public int Y { get; } = y;

    /// <summary>The slowest coordinate.</summary>
    public int Z { get; } = z;

    long IIndex.Size => (long)X * Y * Z;

    /// <summary>An index from its coordinates.</summary>
    public static implicit operator Index3D((int, int, int) values) =>
        new(values.Item1, values.Item2, values.Item3);

    /// <summary>Whether two indices are the same.</summary>
    public static bool operator ==(Index3D first, Index3D second) =>
        first.X == second.X && first.Y == second.Y && first.Z == second.Z;

    /// <summary>Whether two indices differ.</summary>
    public static bool operator !=(Index3D first, Index3D second) => !(first == second);

    /// <inheritdoc/>
    public bool Equals(Index3D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index3D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y, Z);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y}, {Z})";
}
