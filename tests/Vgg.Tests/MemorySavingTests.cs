using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Vgg.Tests;

/// <summary>Plans that take less memory give the same bits.</summary>
[Collection(TestDevice.Collection)]
public sealed class MemorySavingTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(Pooling.Max, false)]
    [InlineData(Pooling.Average, false)]
    [InlineData(Pooling.Max, true)]
    public void Each_level_takes_what_it_plans_and_changes_no_bit(Pooling pooling, bool replicatesBorder)
    {
        var form = new NetworkForm(pooling, ReplicateFirstBorder: replicatesBorder);
        using var network = new VggNetwork(
            _engine, SmallVgg.Weights, form, ["block1_conv1", "block3_conv2", "block5_conv2"]);
        (float[] expected, long most, _) = Run(network, saving: 0);
        (_, long packed, int none) = Run(network, saving: 1);
        Assert.True(packed < most, $"Sharing takes {packed} bytes, not less than {most}.");
        Assert.Equal(0, none);
        long least = packed;
        for (int saving = 1; saving <= 6; saving++)
        {
            (float[] gradient, long bytes, int recomputed) = Run(network, saving);
            Assert.Equal(expected, gradient);
            Assert.True(saving == 1 || recomputed > 0, "Nothing was recomputed.");
            least = Math.Min(least, bytes);
        }
        Assert.True(least < 0.9 * packed, $"Recomputation takes {least} bytes at least, sharing alone {packed}.");
    }

    private (float[] Gradient, long Bytes, int Recomputed) Run(VggNetwork network, int saving)
    {
        using var tape = new Tape(_engine) { MemorySaving = saving };
        Variable picture = tape.Input("picture", new TensorShape(39, 50, 3), requiresGradient: true);
        network.Record(tape, picture, (layer, features) =>
            SquaredDifference.Record(
                tape, layer, features, tape.Input($"zero {layer}", features.Shape, requiresGradient: false), 1e-3f));
        long before = _engine.AllocatedBytes;
        long planned = tape.PlannedBytes;
        tape.Allocate();
        Assert.Equal(planned, _engine.AllocatedBytes - before);
        picture.Value.CopyFrom(new Random(5).Uniform(picture.Shape.Length, 100));
        // Twice: what the first replay leaves in shared memory must not show in the second.
        for (int replay = 0; replay < 2; replay++)
        {
            tape.Forward();
            tape.Backward();
        }
        return (picture.Gradient.ToArray(), planned, tape.RecomputedOperations.Count());
    }
}
