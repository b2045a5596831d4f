using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Elementwise;

[Collection(TestDevice.Collection)]
public sealed class ClearBorderTests(TestDevice device)
{
    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(1, 6, 16)]
    [InlineData(5, 1, 8)]
    [InlineData(7, 11, 24)]
    [InlineData(4, 3, 3)]
    public void All_but_the_pixels_becomes_zero(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        const int offset = 64;
        using DeviceArray arena = device.Engine.AllocateArray("arena", offset + shape.AllocatedLength + 100);
        float[] garbage = new float[arena.Length];
        Array.Fill(garbage, 7f);
        arena.CopyFrom(garbage);
        using Tensor tensor = device.Engine.PlaceTensor("tenant", shape, arena, offset);
        new ClearBorder(device.Engine).Launch(tensor);
        BorderTests.AssertBorderIsZero(tensor);
        // Padding lies between the pixels, so that such a tensor is cleared whole.
        float kept = channels % TensorShape.ChannelMultiple == 0 ? 7f : 0f;
        Assert.All(tensor.ToArray(), value => Assert.Equal(kept, value));
        float[] all = arena.ToArray();
        Assert.All(all[..offset], value => Assert.Equal(7f, value));
        Assert.All(all[(offset + (int)shape.AllocatedLength)..], value => Assert.Equal(7f, value));
    }

    [Theory]
    [InlineData(-64)]
    [InlineData(32)]
    [InlineData(128)]
    public void A_tensor_that_does_not_fit_shared_memory_is_refused(long offset)
    {
        var shape = new TensorShape(2, 3, 3);
        using DeviceArray arena = device.Engine.AllocateArray("arena", 64 + shape.AllocatedLength);
        Assert.Equal(
            $"'tenant' of 2×3×3 cannot lie at {offset} of 'arena', which has {arena.Length} floats.",
            Assert.Throws<ArgumentException>(
                () => device.Engine.PlaceTensor("tenant", shape, arena, offset)).Message);
    }

    /// <summary>ILGPU's own clearing would take another place.</summary>
    [Fact]
    public void A_tensor_in_shared_memory_is_not_cleared_like_a_buffer()
    {
        var shape = new TensorShape(2, 3, 3);
        using DeviceArray arena = device.Engine.AllocateArray("arena", 64 + shape.AllocatedLength);
        using Tensor tensor = device.Engine.PlaceTensor("tenant", shape, arena, 64);
        Assert.Equal("Tensor 'tenant' shares its memory: ClearBorder can clear it.",
            Assert.Throws<InvalidOperationException>(tensor.Clear).Message);
    }
}
