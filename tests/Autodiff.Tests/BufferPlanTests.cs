using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>The plan alone, without a device.</summary>
public sealed class BufferPlanTests
{
    private static readonly TensorShape Small = new(4, 4, 8);
    private static readonly TensorShape Source = new(1, 1, 1);
    private static readonly TensorShape Large = new(8, 8, 8);

    [Fact]
    public void A_forward_pass_alternates_between_two_buffers()
    {
        Variable[] values = [.. Enumerable.Range(0, 5).Select(i => Value($"v{i}", Small))];
        BufferPlan plan = Plan(values, [], backward: false);
        Assert.Equal(2, plan.Buffers.Count(buffer => buffer.Shape == Small));
        Assert.Equal(2 * Small.AllocatedBytes + Source.AllocatedBytes, plan.TotalBytes);
    }

    [Fact]
    public void A_kept_value_has_a_buffer_of_its_own()
    {
        Variable[] values = [.. Enumerable.Range(0, 5).Select(i => Value($"v{i}", Small))];
        BufferPlan plan = Plan(values, [new BufferKey(values[1], false)], backward: false);
        PlannedBuffer kept = BufferOf(plan, values[1], isGradient: false);
        Assert.Single(plan.Assignments, assignment => assignment.Value == kept);
    }

    [Fact]
    public void Values_of_different_shapes_never_share()
    {
        Variable[] values = [Value("a", Large), Value("b", Small), Value("c", Large), Value("d", Small)];
        BufferPlan plan = Plan(values, [], backward: false);
        foreach ((BufferKey key, PlannedBuffer buffer) in plan.Assignments)
            Assert.Equal(key.Variable.Shape, buffer.Shape);
    }

    [Fact]
    public void Rectified_values_live_until_their_mask_is_read()
    {
        Variable input = Value("x", Small);
        Variable rectified = new("r", Small, isRectified: true, requiresGradient: true);
        Variable last = Value("y", Small);
        BufferPlan plan = Plan([input, rectified, last], [], backward: true);
        // Writing the gradient of r reads r; so neither y nor its gradient may lie on r.
        PlannedBuffer mask = BufferOf(plan, rectified, isGradient: false);
        Assert.NotSame(mask, BufferOf(plan, last, isGradient: false));
        Assert.NotSame(mask, BufferOf(plan, last, isGradient: true));
        Assert.NotSame(mask, BufferOf(plan, rectified, isGradient: true));
        // What no longer lives makes room: x and y for the gradients of y and x.
        Assert.Equal(3, plan.Buffers.Count(buffer => buffer.Shape == Small));
    }

    [Fact]
    public void A_gradient_lives_from_its_first_contribution_to_its_last()
    {
        // Backward: a loss assigns to the gradient of x, then another chain runs, then its end adds to it.
        Variable x = Value("x", Small);
        Variable[] other = [Value("a", Small), Value("b", Small)];
        Step[] steps =
        [
            new Step(new Link(x, null), IsBackward: true),
            new Step(new Link(other[1], null), IsBackward: true),
            new Step(new Link(other[0], other[1]), IsBackward: true),
            new Step(new Link(x, other[0]) { Writes = { [0] = GradientWrite.Add } }, IsBackward: true),
        ];
        var plan = new BufferPlan(BufferPlan.Lives(steps, []));
        PlannedBuffer gradient = BufferOf(plan, x, isGradient: true);
        Assert.All(other, variable => Assert.NotSame(gradient, BufferOf(plan, variable, isGradient: true)));
    }

    [Fact]
    public void Reading_what_no_step_has_written_is_refused()
    {
        Variable x = Value("x", Small);
        var step = new Step(new Link(x, Value("y", Small)), IsBackward: false);
        Assert.Throws<InvalidOperationException>(() => new BufferPlan(BufferPlan.Lives([step], [])));
    }

    private static Variable Value(string name, TensorShape shape) =>
        new(name, shape, isRectified: false, requiresGradient: true);

    /// <summary>The plan of a chain of operations; the first value is written by one as well.</summary>
    private static BufferPlan Plan(Variable[] chain, BufferKey[] alwaysAlive, bool backward)
    {
        Variable source = Value("source", Source);
        Link[] links = [.. chain.Prepend(source).Zip(chain, (from, to) => new Link(from, to))];
        List<Step> steps = [.. links.Select(link => new Step(link, IsBackward: false))];
        if (backward)
        {
            steps.Add(new Step(new Link(chain[^1], null), IsBackward: true));
            steps.AddRange(links.Reverse().SkipLast(1).Select(link => new Step(link, IsBackward: true)));
        }
        var plan = new BufferPlan(
            BufferPlan.Lives(steps, [.. alwaysAlive, new BufferKey(source, IsGradient: false)]));
        Assert.All(steps, step => AssertNoClash(plan, step));
        return plan;
    }

    private static void AssertNoClash(BufferPlan plan, Step step)
    {
        BufferKey[] touched = [.. step.Writes.Concat(step.Reads).Distinct()];
        Assert.Equal(
            touched.Length, touched.Select(key => BufferOf(plan, key.Variable, key.IsGradient)).Distinct().Count());
    }

    private static PlannedBuffer BufferOf(BufferPlan plan, Variable variable, bool isGradient) =>
        plan.Assignments.Single(assignment => assignment.Key == new BufferKey(variable, isGradient)).Value;

    /// <summary>An operation for its edges only.</summary>
    private sealed class Link(Variable input, Variable? output) : Operation("link", input, output)
    {
        public override bool BackwardReadsInput => false;

        public override void Forward() => throw new NotSupportedException();

        public override void Backward() => throw new NotSupportedException();
    }
}
