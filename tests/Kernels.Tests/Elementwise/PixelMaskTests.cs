using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Elementwise;

[Collection(TestDevice.Collection)]
public sealed class PixelMaskTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(2);

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 5, 3 }, { 7, 2, 8 }, { 5, 9, 13 }, { 31, 17, 40 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_channel_is_multiplied(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] x = _random.Uniform(shape.Length);
        float[] m = _random.Uniform(shape.Pixels);
        using Tensor input = device.Upload(shape, x);
        using Tensor mask = device.Upload(PixelMask.Shape(shape), m);
        using Tensor output = device.Poisoned(shape);
        new PixelMaskForward(_engine).Launch(input, mask, output);
        Closeness.Close(
            [.. x.Select((value, i) => (double)value * m[i / channels])], output.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_is_assigned_added_and_rectified(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] dy = _random.Uniform(shape.Length);
        float[] m = _random.Uniform(shape.Pixels);
        float[] x = _random.Uniform(shape.Length);
        double[] expected = [.. dy.Select((value, i) => (double)value * m[i / channels])];
        using Tensor gradOutput = device.Upload(shape, dy);
        using Tensor mask = device.Upload(PixelMask.Shape(shape), m);
        using Tensor rectified = device.Upload(shape, x);
        using Tensor gradInput = device.Poisoned(shape);
        var backward = new PixelMaskBackward(_engine);

        backward.Launch(gradOutput, mask, gradInput, null, GradientWrite.Assign);
        float[] once = gradInput.ToArray();
        Closeness.Close(expected, once, Closeness.FewOperations);
        backward.Launch(gradOutput, mask, gradInput, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradInput.ToArray());
        BorderTests.AssertBorderIsZero(gradInput);

        backward.Launch(gradOutput, mask, gradInput, rectified, GradientWrite.Assign);
        Closeness.Close(
            [.. expected.Select((value, i) => x[i] > 0 ? value : 0)], gradInput.ToArray(), Closeness.FewOperations);
    }

    [Fact]
    public void A_mask_of_more_channels_is_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 3, 8));
        using Tensor y = _engine.AllocateTensor("y", new TensorShape(2, 3, 8));
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new PixelMaskForward(_engine).Launch(x, x, y));
        Assert.Equal("PixelMaskForward: 'x' is 2×3×8, but 2×3×1 is needed.", exception.Message);
    }
}
