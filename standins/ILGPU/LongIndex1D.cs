namespace ILGPU;

/// <summary>A one-dimensional 64-bit index or extent.</summary>
/// <param name="x">The value.</param>
public readonly struct LongIndex1D(long x) : IIndex, IEquatable<LongIndex1D>
{
    /// <summary>The only coordinate.</summary>
    public long X { get; } = x;

    /// <summary>The number of elements that the extent spans.</summary>
    public long Size => X;

    /// <summary>An index from its coordinate.</summary>
    public static implicit operator LongIndex1D(long idx) => new(idx);

    /// <summary>The coordinate.</summary>
    public static implicit operator long(LongIndex1D idx) => idx.X;

    /// <summary>Whether two indices are the same.</summary>
    public static bool operator ==(LongIndex1D first, LongIndex1D second) => first.X == second.X;

    /// <summary>Whether two indices differ.</summary>
    public static bool operator !=(LongIndex1D first, LongIndex1D second) => first.X != second.X;

    /// <inheritdoc/>
    public bool Equals(LongIndex1D other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LongIndex1D other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => X.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"({X})";
}
