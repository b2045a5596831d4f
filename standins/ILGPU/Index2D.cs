namespace ILGPU;

/// <summary>A two-dimensional index or extent; X varies fastest.</summary>
/// <param name="x">The fastest coordinate.</param>
/// <param name="y">The slower coordinate.</param>
public readonly struct Index2D(int x, int y) : IIndex, IEquatable<Index2D>
{
    /// <summary>The fastest coordinate.</summary>
    public int X { get; } = x;

    /// <summary>The slower coordinate.</summary>
    public int Y { get; } = y;

    long IIndex.Size => (long)X * Y;

    /// <summary>An index from its coordinates.</summary>
    public static implicit operator Index2D((int, int) values) => new(values.Item1, values.Item2);

    /// <summary>Whether two indices are the same.</summary>
    public static bool operator ==(Index2D first, Index2D second) => first.X == second.X && first.Y == second.Y;

    /// <summary>Whether two indices differ.</summary>
    public static bool operator !=(Index2D first, Index2D second) => !(first == second);

    /// <inheritdoc/>
    public bool Equals(Index2D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index2D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(X, Y);

    /// <inheritdoc/>
    public override string ToString() => $"({X}, {Y})";
}
