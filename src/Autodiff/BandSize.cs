namespace IlgpuStyle.Autodiff;

/// <summary>
/// What a replay in bands has in memory at once, the rim aside: full rows where there are as many columns as the picture
/// has.
/// </summary>
/// <remarks>
/// As many rows of each block's maps, which take about the same memory, since channels double where pixels halve: in
/// fewer rows of the deep blocks the rim would be most of the work.
/// </remarks>
/// <param name="Rows">Of a block's maps, even: a pool's windows lie alike in every band.</param>
/// <param name="Columns">Of the picture, a multiple of 16; half as many behind each pool.</param>
public readonly record struct BandSize(int Rows, int Columns)
{
    /// <summary>Wider than any picture: bands of whole rows.</summary>
    public const int AllColumns = 1 << 20;

    /// <summary>"64 rows", "64×512 pixels".</summary>
    public override string ToString() => Columns == AllColumns ? $"{Rows} rows" : $"{Rows}×{Columns} pixels";
}
