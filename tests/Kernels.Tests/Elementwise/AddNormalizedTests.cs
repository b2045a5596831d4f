using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Elementwise;

[Collection(TestDevice.Collection)]
public sealed class AddNormalizedTests(TestDevice device)
{
    private readonly AddNormalized _operation = new(device.Engine);
    private readonly Random _random = new(21);

    public static TheoryData<int, int, int> Shapes => ElementwiseTests.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_is_assigned_added_and_rectified(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        float[] mask = _random.Uniform(shape.Length);
        using Tensor x = device.Upload(shape, values);
        using Tensor rectified = device.Upload(shape, mask);
        using Tensor y = device.Poisoned(shape);
        using DeviceArray norm = device.Upload([4.25f]);
        double[] expected = Array.ConvertAll(values, value => 1.75 * value / (4.25 + 0.5));

        _operation.Launch(x, norm, 1.75f, 0.5f, y, null, GradientWrite.Assign);
        float[] once = y.ToArray();
        Closeness.Close(expected, once, Closeness.FewOperations);
        _operation.Launch(x, norm, 1.75f, 0.5f, y, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), y.ToArray());
        BorderTests.AssertBorderIsZero(y);

        _operation.Launch(x, norm, 1.75f, 0.5f, y, rectified, GradientWrite.Assign);
        Closeness.Close(
            [.. expected.Select((value, i) => mask[i] > 0 ? value : 0)], y.ToArray(), Closeness.FewOperations);
    }

    [Fact]
    public void More_than_one_norm_is_refused()
    {
        using Tensor x = device.Engine.AllocateTensor("x", new TensorShape(2, 3, 8));
        using DeviceArray norms = device.Upload([1, 2]);
        Assert.StartsWith("AddNormalized: ", Assert.Throws<ArgumentException>(
            () => _operation.Launch(x, norms, 1, 1, x, null, GradientWrite.Add)).Message, StringComparison.Ordinal);
    }
}
