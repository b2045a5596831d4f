namespace IlgpuStyle.Autodiff;

/// <summary>
/// The part of a picture that a replay in bands has in memory at once, in pixels of the picture: full rows where there
/// are as many columns as the picture has.
/// </summary>
/// <param name="Rows">A multiple of 16: the pools' windows lie alike in every band.</param>
/// <param name="Columns">The same.</param>
public readonly record struct BandSize(int Rows, int Columns)
{
    /// <summary>Wider than any picture: bands of whole rows.</summary>
    public const int AllColumns = 1 << 20;

    /// <summary>"64 rows", "64×512 pixels".</summary>
    public override string ToString() => Columns == AllColumns ? $"{Rows} rows" : $"{Rows}×{Columns} pixels";
}
