namespace ILGPU;

/// <summary>A one-dimensional index or extent.</summary>
/// <param name="x">The value.</param>
public readonly struct Index1D(int x) : IIndex, IEquatable<Index1D>
{
    /// <summary>The only coordinate.</summary>
    public int X { get; } = x;

    /// <summary>The number of elements that the extent spans.</summary>
    public int Size => X;

    long IIndex.Size => X;

    /// <summary>An index from its coordinate.</summary>
    public static implicit operator Index1D(int idx) => new(idx);

    /// <summary>The coordinate.</summary>
    public static implicit operator int(Index1D idx) => idx.X;

    /// <summary>Whether two indices are the same.</summary>
    public static bool operator ==(Index1D first, Index1D second) => first.X == second.X;

    /// <summary>Whether two indices differ.</summary>
    public static bool operator !=(Index1D first, Index1D second) => first.X != second.X;

    /// <inheritdoc/>
    public bool Equals(Index1D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Index1D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => X;

    /// <inheritdoc/>
    public override string ToString() => $"({X})";
}
