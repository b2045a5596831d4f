using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class TapeTests(TestDevice device)
{
    private static readonly TensorShape Shape = new(8, 12, 3);

    private readonly Engine _engine = device.Engine;

    [Fact]
    public void Two_losses_on_one_variable_add_their_gradients()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable zero = tape.Input("zero", Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "first", x, zero, 2);
        SquaredDifference.Record(tape, "second", x, zero, 3);
        tape.Allocate();
        float[] value = [.. Enumerable.Range(0, (int)Shape.Length).Select(i => (float)i)];
        x.Value.CopyFrom(value);

        // d(2x² + 3x²)/dx = 10x, and the same again on a second replay: nothing piles up over steps.
        for (int replay = 0; replay < 2; replay++)
        {
            tape.Forward();
            tape.Backward();
            Assert.Equal(value.Select(v => 10 * v), x.Gradient.ToArray());
        }
    }

    [Fact]
    public void An_input_and_its_gradient_start_at_zero()
    {
        using var tape = new Tape(_engine) { MemorySaving = 1 };
        Variable x = tape.Input("x", Shape with { Channels = 8 }, requiresGradient: true);
        tape.Allocate();
        Assert.All(x.Value.ToArray(), value => Assert.Equal(0, value));
        Assert.All(x.Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Only_what_leads_from_a_wanted_gradient_to_a_loss_runs_backward()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable zero = tape.Input("zero", Shape, requiresGradient: false);
        AveragePool.Record(tape, "leads nowhere", x);
        SquaredDifference.Record(tape, "loss", x, zero, 1);
        SquaredDifference.Record(tape, "constant", zero, zero, 1);
        tape.Allocate();
        long launches = _engine.LaunchCount;
        tape.Backward();
        Assert.Equal(1, _engine.LaunchCount - launches);
    }

    /// <summary>Of every operation that has a workspace of its own too.</summary>
    [Fact]
    public void The_plan_is_what_allocation_takes()
    {
        using Tape tape = DeepTape(out Variable x, keepAll: false);
        GramDifference.Record(tape, "Gram matrix", x, 1, 1);
        Wasserstein.Record(tape, "distribution", x, guide: null, 1, 1);
        NormalizedGradient.Record(tape, "normalized", x);
        long planned = tape.PlannedBytes;
        long before = _engine.AllocatedBytes;
        tape.Allocate();
        Assert.Equal(planned, _engine.AllocatedBytes - before);
        tape.Dispose();
        Assert.Equal(before, _engine.AllocatedBytes);
    }

    [Fact]
    public void Memory_is_allocated_once()
    {
        using Tape tape = DeepTape(out _, keepAll: false);
        tape.Allocate();
        long allocated = _engine.AllocatedBytes;
        Assert.Throws<InvalidOperationException>(tape.Allocate);
        Assert.Equal(allocated, _engine.AllocatedBytes);
    }

    [Fact]
    public void Sharing_buffers_saves_memory_and_changes_no_bit()
    {
        using Tape shared = DeepTape(out Variable x, keepAll: false);
        using Tape kept = DeepTape(out Variable y, keepAll: true);
        Assert.True(shared.PlannedBytes < kept.PlannedBytes);
        Assert.Equal(Gradient(kept, y), Gradient(shared, x));

        static float[] Gradient(Tape tape, Variable x)
        {
            tape.Allocate();
            x.Value.CopyFrom([.. Enumerable.Range(0, (int)x.Shape.Length).Select(i => MathF.Sin(i))]);
            tape.Forward();
            tape.Backward();
            return x.Gradient.ToArray();
        }
    }

    /// <summary>Of three channels, so that taking memory over clears all of it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_gradient_that_is_added_to_is_not_cleared_in_between(int memorySaving)
    {
        using var tape = new Tape(_engine) { MemorySaving = memorySaving };
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable zero = tape.Input("zero", Shape, requiresGradient: false);
        Variable y = Preprocess.Record(tape, "preprocessing", x, 1);
        SquaredDifference.Record(tape, "first", y, zero, 2);
        SquaredDifference.Record(tape, "second", y, zero, 3);
        tape.Allocate();
        x.Value.CopyFrom([.. Enumerable.Range(0, (int)Shape.Length).Select(i => MathF.Sin(i))]);
        tape.Forward();
        float[] values = y.Value.ToArray();
        tape.Backward();
        // d(2y² + 3y²)/dy = 10y, blue and red exchanged.
        Closeness.Close(
            [.. values.Select((_, i) => 10.0 * values[i - i % 3 + 2 - i % 3])], x.Gradient.ToArray(),
            Closeness.FewOperations);
    }

    [Fact]
    public void What_is_computed_again_begins_at_an_input()
    {
        using var tape = new Tape(_engine) { MemorySaving = 2 };
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable y = x;
        foreach (string name in (string[])["first", "second", "third"])
            y = Preprocess.Record(tape, name, y, 0.5f);
        AveragePool.Record(tape, "read by nobody", y);
        SquaredDifference.Record(tape, "loss", y, tape.Input("zero", Shape, requiresGradient: false), 1);
        tape.BeginSegment();
        Assert.Equal(["first", "second", "third"], tape.RecomputedOperations.Select(operation => operation.Name));
    }

    [Fact]
    public void A_replay_allocates_nothing_on_the_device_and_waits_for_nothing()
    {
        using Tape tape = DeepTape(out _, keepAll: false);
        tape.Allocate();
        tape.Forward();
        tape.Backward();
        (long Allocations, long Synchronizations) before = (_engine.AllocationCount, _engine.SynchronizationCount);
        tape.Forward();
        tape.Backward();
        Assert.Equal(before, (_engine.AllocationCount, _engine.SynchronizationCount));
    }

    [Fact]
    public void Each_replay_leaves_its_losses_in_the_row_it_is_told()
    {
        using var tape = new Tape(_engine) { LossRows = 3 };
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable zero = tape.Input("zero", Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "once", x, zero, 1);
        SquaredDifference.Record(tape, "twice", x, zero, 2);
        tape.Allocate();
        for (int row = 0; row < 3; row++)
        {
            float[] value = new float[Shape.Length];
            value[0] = row + 1;
            x.Value.CopyFrom(value);
            tape.LossRow = row;
            tape.Forward();
        }
        float[] losses = new float[6];
        tape.Losses.CopyTo(losses);
        Assert.Equal([1, 2, 4, 8, 9, 18], losses);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.LossRow = 3);
    }

    [Fact]
    public void Nothing_can_be_recorded_once_the_memory_is_planned()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Assert.True(tape.PlannedBytes > 0);
        Assert.Throws<InvalidOperationException>(() => AveragePool.Record(tape, "pool", x));
        Assert.Throws<InvalidOperationException>(
            () => TotalVariation.Record(tape, "tv", x, TotalVariationForm.Absolute, 1));
        Assert.Equal(0, tape.LossTerms);
    }

    [Fact]
    public void A_target_of_another_shape_is_refused()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", Shape, requiresGradient: true);
        Variable target = tape.Input("target", Shape with { Width = 11 }, requiresGradient: false);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => SquaredDifference.Record(tape, "content", x, target, 1));
        Assert.Contains("8×11×3", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A picture preprocessed three times and back, with a loss at the end and one at the picture.</summary>
    private Tape DeepTape(out Variable x, bool keepAll)
    {
        var tape = new Tape(_engine);
        x = tape.Input("x", Shape, requiresGradient: true);
        Variable y = x;
        foreach (int depth in Enumerable.Range(1, 3))
        {
            y = Preprocess.Record(tape, $"preprocessing {depth}", y, 0.5f);
            if (keepAll)
                tape.Keep(y);
        }
        Variable target = tape.Input("target", y.Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "content", y, target, 1);
        TotalVariation.Record(tape, "variation", x, TotalVariationForm.MeanSquared, 1);
        return tape;
    }
}
