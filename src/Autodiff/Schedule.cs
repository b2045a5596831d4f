namespace IlgpuStyle.Autodiff;

/// <summary>The order of a replay's steps: forward, then backward with the recomputations that it needs.</summary>
internal static class Schedule
{
    /// <summary>The backward phase.</summary>
    /// <param name="operations">All operations in the order of recording.</param>
    /// <param name="backward">Those that run backward, last first.</param>
    /// <param name="recomputedSegments">
    /// The activations of so many leading segments are given up after the forward phase and made again, segment by
    /// segment, when the backward phase comes to them (Chen et al. 2016, arXiv:1604.06174).
    /// </param>
    public static IEnumerable<Step> Backward(
        IReadOnlyList<Operation> operations, IReadOnlyList<Operation> backward, int recomputedSegments)
    {
        foreach (IGrouping<int, Operation> segment in backward.GroupBy(operation => operation.Segment))
        {
            Step[] steps = [.. segment.Select(operation => new Step(operation, IsBackward: true))];
            if (segment.Key < recomputedSegments)
            {
                foreach (Step step in Recompute(operations, segment.Key, steps))
                    yield return step;
            }
            foreach (Step step in steps)
                yield return step;
        }
    }

    /// <summary>The forward steps of a segment that make what its backward steps read.</summary>
    public static IEnumerable<Step> Recompute(
        IReadOnlyList<Operation> operations, int segment, IEnumerable<Step> steps)
    {
        var needed = new HashSet<Variable>(
            steps.SelectMany(step => step.Reads).Where(key => !key.IsGradient).Select(key => key.Variable));
        var recomputed = new List<Operation>();
        foreach (Operation operation in operations.Where(operation => operation.Segment == segment).Reverse())
        {
            if (operation.Output is null || !needed.Contains(operation.Output))
                continue;
            needed.UnionWith(operation.Inputs);
            recomputed.Insert(0, operation);
        }
        return recomputed.Select(operation => new Step(operation, IsBackward: false));
    }
}
