using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Reduction;

[Collection(TestDevice.Collection)]
public sealed class ReductionTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(16, 16, 8)]
    [InlineData(33, 20, 8)]
    [LargeInlineData(102_168, 33, 129, 24)]
    [LargeInlineData(1_960_112, 301, 407, 16)]
    [LargeInlineData(8_816_000, 1100, 1002, 8)] // More quads than a round of all groups takes.
    public void Dot_and_absolute_sum_agree_with_double_precision(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        var random = new Random(height);
        float[] a = random.Uniform(shape.Length);
        float[] b = random.Uniform(shape.Length);
        using Tensor first = device.Upload(shape, a);
        using Tensor second = device.Upload(shape, b);
        using DeviceArray result = device.Poisoned(4);

        new Dot(_engine).Launch(first, second, result, 0);
        new Dot(_engine).Launch(first, first, result, 1);
        new AbsoluteSum(_engine).Launch(first, result, 3);

        float[] slots = result.ToArray();
        double magnitude = a.Zip(b, (u, v) => Math.Abs((double)u * v)).Sum();
        double tolerance = Closeness.TreeSumOf(shape.Length);
        double dot = a.Zip(b, (u, v) => (double)u * v).Sum();
        Assert.InRange(slots[0] - dot, -tolerance * magnitude, tolerance * magnitude);
        Closeness.Close(a.Sum(u => (double)u * u), slots[1], tolerance);
        Closeness.Close(a.Sum(u => Math.Abs((double)u)), slots[3], tolerance);
        Assert.True(float.IsNaN(slots[2]), "a slot that was not asked for was written");
    }

    /// <summary>Of 256 work-items, each of which adds up 8 items at least.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2048, 1)]
    [InlineData(2049, 2)]
    [InlineData(1024 * 2048, 1024)]
    [InlineData(1024 * 2048 + 1, 1024)]
    [InlineData(1 << 30, 1024)]
    public void A_first_stage_has_as_many_groups_as_there_are_partial_sums_at_most(int items, int groups)
    {
        Assert.Equal(1024, PartialSums.MaxGroups);
        Assert.Equal(groups, PartialSums.FirstStage(items).GridDim.X);
    }

    [Fact]
    public void A_slot_that_is_not_there_is_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 3, 8));
        using DeviceArray result = _engine.AllocateArray("losses", 2);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Dot(_engine).Launch(x, x, result, 2));
        Assert.Equal("Dot: 'losses' has slots 0 to 1, but slot 2 was asked for.", exception.Message);
    }
}
