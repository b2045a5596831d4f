namespace IlgpuStyle.Kernels;

/// <summary>
/// Device memory that launchers of one engine share: allocated at the first launch that needs it, grown to the largest
/// need, and freed with the engine.
/// </summary>
/// <param name="Name">Needs of one name are met by one array.</param>
/// <param name="Bytes">How much one user needs.</param>
public readonly record struct SharedScratch(string Name, long Bytes)
{
    /// <summary>
    /// What nearly every tape needs: a reduction's partial sums, and the ones that stand for an absent mask.
    /// </summary>
    public static IEnumerable<SharedScratch> Common =>
    [
        new(nameof(Reduction.PartialSums), sizeof(float) * Reduction.PartialSums.MaxGroups),
        new(nameof(Ones), sizeof(float) * Ones.Count),
    ];

    /// <summary>Bytes that meet all needs.</summary>
    public static long Total(IEnumerable<SharedScratch> needs) =>
        needs.GroupBy(need => need.Name).Sum(same => same.Max(need => need.Bytes));
}
