using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Apply;

/// <summary>A network over a picture, in one piece and in bands, against its layers' definitions.</summary>
[Collection(TestDevice.Collection)]
public sealed class NetworkForwardTests(TestDevice device)
{
    private const double Tolerance = 1e-4;

    private static readonly StyleNetwork Network =
        NetworkReference.Disturbed(StyleNetwork.Create([8, 16, 32], 2, seed: 4));

    [Theory]
    [InlineData(40, 64)]
    [InlineData(41, 30)]
    [InlineData(5, 7)]
    public void The_output_is_that_of_the_layers(int height, int width)
    {
        float[] picture = NetworkReference.Picture(height, width, seed: 1);
        Closeness.Close(Expected(picture, height, width), Run(picture, height, width), Tolerance);
    }

    /// <summary>
    /// So little memory that every band has eight rows and the largest maps, or also those of half their sides, are
    /// computed again.
    /// </summary>
    [Theory]
    [InlineData(64, 40, 2)]
    [InlineData(41, 30, 2)]
    [InlineData(57, 9, 2)]
    [InlineData(64, 40, 8)]
    [InlineData(41, 30, 8)]
    [InlineData(57, 9, 8)]
    public void Bands_give_the_same_pixels(int height, int width, int keptDivisor)
    {
        var plan = new ForwardPlan(
            device.Engine, Network, height, width, (LeastRows: 8, Bytes: 0), keptDivisor);
        Assert.All(plan.Passes, pass => Assert.InRange(pass.BandRows, 1, 8));
        int largest = plan.Passes.Max(pass => plan.Shapes[pass.Place].Pixels);
        Assert.All(
            plan.Passes.Where(pass => keptDivisor * plan.Shapes[pass.Place].Pixels > largest),
            pass => Assert.False(pass.IsKept));
        Assert.Equal(keptDivisor == 2 ? 3 : 5, plan.Passes.Count(pass => !pass.IsKept));
        float[] picture = NetworkReference.Picture(height, width, seed: 2);
        float[] whole = Run(picture, height, width);
        using var forward = new NetworkForward(device.Engine, Network);
        float[] inBands = forward.Run(new RgbPicture(height, width, picture), plan, CancellationToken.None).Values;
        Closeness.Close(Array.ConvertAll(whole, value => (double)value), inBands, 1e-5);
        Closeness.Close(Expected(picture, height, width), whole, Tolerance);
    }

    [Fact]
    public void It_takes_the_memory_that_was_planned()
    {
        foreach (long available in (long[])[long.MaxValue, 0])
        {
            using Kernels.Engine engine = TestDevice.Open();
            using (var forward = new NetworkForward(engine, Network))
            {
                float[] picture = NetworkReference.Picture(120, 80, seed: 3);
                _ = forward.Run(new RgbPicture(120, 80, picture), available);
                Assert.InRange(
                    engine.PeakAllocatedBytes, 1, forward.PlannedBytes(120, 80, available));
            }
            Assert.InRange(engine.AllocatedBytes, 0, 1 << 20);
        }
    }

    /// <summary>A map that alone is larger than what the driver gives at once, planned and not run.</summary>
    [Fact]
    public void No_array_is_larger_than_the_driver_gives_it()
    {
        const int Width = 1024;
        StyleNetwork network = StyleNetwork.Create([64, 128, 256], 1, seed: 1);
        long limit = device.Engine.Device.LargestArrayBytes;
        int height = (int)(limit / (sizeof(float) * 64L * Width)) + 8;
        var plan = ForwardPlan.For(device.Engine, network, height, Width, long.MaxValue);
        Assert.All(plan.Arenas.Lengths, length => Assert.InRange(sizeof(float) * length, 1, limit));
        Assert.True(sizeof(float) * plan.Shapes[0].Pixels * 64L > limit);
    }

    [Fact]
    public void The_smallest_side_is_the_least_that_runs()
    {
        Assert.Equal(5, MapShapes.SmallestSide(Network));
        Assert.Throws<ArgumentException>(() => MapShapes.Of(Network, 4, 20));
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var forward = new NetworkForward(device.Engine, Network);
        Assert.Throws<OperationCanceledException>(() => forward.Run(
            new RgbPicture(8, 8, new float[192]), cancellation: new CancellationToken(canceled: true)));
    }

    private float[] Run(float[] picture, int height, int width)
    {
        using var forward = new NetworkForward(device.Engine, Network);
        return forward.Run(new RgbPicture(height, width, picture)).Values;
    }

    /// <summary>The part of the output that lies on the picture.</summary>
    private static double[] Expected(float[] picture, int height, int width)
    {
        (double[] values, int _, int outputWidth) = NetworkReference.Run(Network, picture, height, width);
        return [.. Enumerable.Range(0, height).SelectMany(row => values.Skip(row * outputWidth * 3).Take(width * 3))];
    }
}
