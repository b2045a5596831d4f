using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

[Collection(TestDevice.Collection)]
public sealed class BorderTests(TestDevice device)
{
    /// <summary>Border, channel padding and tail hold nothing but zero.</summary>
    internal static void AssertBorderIsZero(Tensor tensor)
    {
        float[] stored = tensor.ToBorderedArray();
        TensorShape shape = tensor.Shape;
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
                stored.AsSpan(shape.Origin + y * shape.RowPitch + x * shape.PaddedChannels, shape.Channels).Clear();
        }
        int stray = Array.FindIndex(stored, value => value != 0);
        Assert.True(
            stray < 0,
            $"'{tensor.Name}' of {shape} holds {(stray < 0 ? 0 : stored[stray])} outside its pixels, at [{stray}].");
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 3)]
    [InlineData(2, 7, 8)]
    [InlineData(4, 3, 17)]
    public void Values_survive_the_way_to_the_device_and_back(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = [.. Enumerable.Range(1, (int)shape.Length).Select(i => (float)i)];
        using Tensor tensor = device.Upload(shape, values);
        Assert.Equal(values, tensor.ToArray());
        AssertBorderIsZero(tensor);
        Assert.Equal(values.Sum(), tensor.ToBorderedArray().Sum());
    }

    [Theory]
    [InlineData(9, 11, 64)]
    [InlineData(4, 5, 3)]
    public void A_tensor_that_is_not_initialized_has_a_border_of_zeros(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        using Tensor tensor = device.Engine.AllocateUninitializedTensor("features", shape);
        AssertBorderIsZero(tensor);
    }

    [Fact]
    public void A_wrong_number_of_values_is_refused()
    {
        using Tensor tensor = device.Engine.AllocateTensor("picture", new TensorShape(2, 3, 3));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => tensor.CopyFrom(new float[17]));
        Assert.Equal("Tensor 'picture' of 2×3×3 holds 18 values, but 17 were passed.", exception.Message);
    }

    [Fact]
    public void More_memory_than_the_device_has_is_refused_in_one_sentence()
    {
        long length = device.Engine.Device.MemoryBytes / sizeof(float) + 1;
        DeviceException exception = Assert.Throws<DeviceException>(
            () => device.Engine.AllocateArray("features", length));
        Assert.StartsWith("Too little device memory: 'features' needs", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The last has a product that, as an int, would be positive again.</summary>
    [Theory]
    [InlineData(40000, 40000, 3)]
    [InlineData(16379, 16382, 8)]
    [InlineData(1, 1 << 29, 64)]
    [InlineData(0, 5, 8)]
    [InlineData(5, 0, 8)]
    [InlineData(5, 5, 0)]
    public void A_tensor_that_is_empty_or_that_an_int_cannot_index_is_refused(int height, int width, int channels)
    {
        Assert.Throws<ArgumentException>(() => new TensorShape(height, width, channels).Validate());
        Assert.Throws<ArgumentException>(
            () => device.Engine.AllocateTensor("wrong", new TensorShape(height, width, channels)));
    }
}
