namespace IlgpuStyle.StyleTransfer;

/// <summary>Where the losses of a scale's steps began, how low they came, and where they ended.</summary>
/// <remarks>
/// Where they ended is the median of the last tenth: a recipe whose steps jump, as Keras's does, is judged by its
/// trend.
/// </remarks>
/// <param name="First">The loss before the first step.</param>
/// <param name="Lowest">The lowest of all.</param>
/// <param name="Last">The median of the last tenth of the steps, of three at least.</param>
public sealed record LossTrend(double First, double Lowest, double Last)
{
    /// <summary>Fewer steps have no trend.</summary>
    private const int LeastSteps = 10;

    private const int LeastAtTheEnd = 3;

    /// <summary>
    /// Whether the steps led away from what they were to find: they ended at more than one and a half times the loss
    /// that they began with, or at three times the lowest.
    /// </summary>
    public bool IsWorse => Last > 1.5 * First || Last > 3 * Lowest;

    /// <summary>The trend of losses in order; null where they are too few.</summary>
    internal static LossTrend? Of(IReadOnlyList<double> losses)
    {
        if (losses.Count < LeastSteps)
            return null;
        double[] end = [.. losses.Skip(losses.Count - Math.Max(LeastAtTheEnd, losses.Count / 10)).Order()];
        return new LossTrend(losses[0], losses.Min(), end[end.Length / 2]);
    }
}
