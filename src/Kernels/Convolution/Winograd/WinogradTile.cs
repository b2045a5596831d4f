namespace IlgpuStyle.Kernels.Convolution;

/// <summary>Winograd F(4×4,3×3): the tiles of a map.</summary>
/// <remarks>
/// Each 4×4 outputs come from 6×6 inputs through 36 products instead of 144: y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A. The sum
/// over channels happens between, so that it is 36 matrix products of tiles × channels.
/// Source: Lavin and Gray 2015, arXiv:1509.09308. Relative L2 error against the sum in double precision: up to
/// 4.1e-6 on a GPU and 1.6e-6 on a CPU, growing with the channels, where the direct form has up to 1.1e-6 and 2.9e-7.
/// </remarks>
internal readonly struct WinogradTile
{
    /// <summary>Outputs along one side of a tile.</summary>
    public const int Side = 4;

    /// <summary>Inputs along one side of a tile, and products.</summary>
    public const int InputSide = 6;

    /// <summary>6 · 6.</summary>
    public const int Products = InputSide * InputSide;

    /// <param name="shape">The map.</param>
    public WinogradTile(TensorShape shape)
    {
        Columns = (shape.Width + Side - 1) / Side;
        Rows = (shape.Height + Side - 1) / Side;
    }

    /// <summary>Tiles in a row of tiles: ⌈W/4⌉.</summary>
    public readonly int Columns;

    /// <summary>Rows of tiles: ⌈H/4⌉.</summary>
    public readonly int Rows;

    /// <summary>Tiles of the map.</summary>
    public int Count => Columns * Rows;

    /// <summary>Tiles to take at a time where no more than so many fit: equal shares of the map.</summary>
    public int Share(long fitting)
    {
        long shares = (Count + fitting - 1) / fitting;
        return (int)((Count + shares - 1) / shares);
    }
}
