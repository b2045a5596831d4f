using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Elementwise;

/// <summary>Kernels on flat arrays, and between arrays and tensors.</summary>
[Collection(TestDevice.Collection)]
public sealed class ArrayTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(3);

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(1, 1, 1)]
    [InlineData(16, 17, 11)]
    public void Packing_drops_border_and_padding(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor x = device.Upload(shape, values);
        using DeviceArray packed = device.Poisoned((int)shape.Length);
        new Pack(_engine).Launch(x, packed);
        Assert.Equal(values, packed.ToArray());

        new AddPacked(_engine).Launch(packed, -3, x);
        Closeness.Close([.. values.Select(value => -2.0 * value)], x.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(x);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Combine_adds_two_multiples(int length)
    {
        float[] x = _random.Uniform(length);
        float[] y = _random.Uniform(length);
        using DeviceArray first = device.Upload(x);
        using DeviceArray second = device.Upload(y);
        using DeviceArray sum = device.Poisoned(length);
        double[] expected = [.. x.Zip(y, (u, v) => 0.5 * u - 3.0 * v)];
        new ArrayCombine(_engine).Launch(0.5f, first, -3, second, sum);
        Closeness.Close(expected, sum.ToArray(), Closeness.FewOperations);
        new ArrayCombine(_engine).Launch(0.5f, first, -3, second, first);
        Closeness.Close(expected, first.ToArray(), Closeness.FewOperations);
    }

    [Fact]
    public void Factors_may_come_from_the_device()
    {
        float[] x = _random.Uniform(777);
        float[] y = _random.Uniform(777);
        using DeviceArray scalars = device.Upload([float.NaN, 2, 5]);
        using DeviceArray first = device.Upload(x);
        using DeviceArray second = device.Upload(y);
        new AddScaledByScalars(_engine).Launch(scalars, 0.25f, 1, -2, 2, first, second);
        Closeness.Close([.. x.Zip(y, (u, v) => v + (0.25 * 2 - 2 * 5) * u)], second.ToArray(), Closeness.FewOperations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(5_003)]
    [LargeInlineData(300_001, 300_001)]
    [LargeInlineData(2_200_001, 2_200_001)] // More than a round of all groups takes.
    public void Dot_of_arrays_agrees_with_double_precision(int length)
    {
        float[] x = _random.Uniform(length);
        float[] y = _random.Uniform(length);
        using DeviceArray first = device.Upload(x);
        using DeviceArray second = device.Upload(y);
        using DeviceArray result = device.Poisoned(2);
        new Dot(_engine).Launch(first, second, result, 1);
        double magnitude = x.Zip(y, (u, v) => Math.Abs((double)u * v)).Sum();
        double error = Math.Abs(result.ToArray()[1] - x.Zip(y, (u, v) => (double)u * v).Sum());
        Assert.True(error <= Closeness.TreeSumOf(length) * magnitude, $"Off by {error:g3} of {magnitude:g3}.");
    }

    [Fact]
    public void Arrays_of_other_lengths_are_refused()
    {
        using DeviceArray shortArray = _engine.AllocateArray("short", 3);
        using DeviceArray longArray = _engine.AllocateArray("long", 4);
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(1, 2, 3));
        Assert.Throws<ArgumentException>(() => new Pack(_engine).Launch(x, longArray));
        Assert.Throws<ArgumentException>(() => new AddPacked(_engine).Launch(longArray, 1, x));
        Assert.Throws<ArgumentException>(
            () => new ArrayCombine(_engine).Launch(1, shortArray, 1, longArray, shortArray));
        Assert.Throws<ArgumentException>(
            () => new AddScaledByScalars(_engine).Launch(shortArray, 1, 0, 1, 0, shortArray, longArray));
        Assert.Throws<ArgumentException>(() => new Dot(_engine).Launch(shortArray, longArray, shortArray, 0));
    }
}
