namespace ILGPU;

/// <summary>A one-dimensional index or extent.</summary>
/// <param name="x">The value.</param>
public readonly struct Index1D(int x) : IIndex
{
    /// <summary>The only coordinate.</summary>
    public int X { get; } = x;

    /// <summary>An index from its coordinate.</summary>
    public static implicit operator Index1D(int idx) => new(idx);

    /// <summary>The coordinate.</summary>
    public static implicit operator int(Index1D idx) => idx.X;
}
