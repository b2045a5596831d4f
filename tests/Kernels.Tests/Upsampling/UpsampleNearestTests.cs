using IlgpuStyle.Kernels.Upsampling;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Upsampling;

[Collection(TestDevice.Collection)]
public sealed class UpsampleNearestTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(12);

    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 3 }, { 1, 5, 8 }, { 7, 4, 11 }, { 12, 17, 16 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_pixel_is_repeated_twice_both_ways(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor input = device.Upload(shape, values);
        using Tensor output = device.Poisoned(UpsampleNearestForward.Output(shape));
        new UpsampleNearestForward(_engine).Launch(input, output);
        Assert.Equal(
            from y in Enumerable.Range(0, 2 * height)
            from x in Enumerable.Range(0, 2 * width)
            from c in Enumerable.Range(0, channels)
            select values[(y / 2 * width + x / 2) * channels + c],
            output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_gradient_is_the_sum_of_its_copies(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] gradient = _random.Uniform(4 * shape.Length);
        double[] expected = new double[shape.Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            int pixel = i / channels;
            expected[(pixel / (2 * width) / 2 * width + pixel % (2 * width) / 2) * channels + i % channels] +=
                gradient[i];
        }
        BackwardChecks.AssignAddMask(
            device, UpsampleNearestForward.Output(shape), gradient, shape, expected,
            new UpsampleNearestBackward(_engine).Launch);
    }
}
