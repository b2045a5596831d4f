using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Loss;

[Collection(TestDevice.Collection)]
public sealed class SquaredDifferenceTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> Cases => [.. Fixture.Cases("content_loss")];

    public static TheoryData<string> GramCases => [.. Fixture.Cases("style_loss")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tensor_loss_and_gradient_agree_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("content_loss", name);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor target = device.Upload(fixture["target"]);
        using DeviceArray losses = device.Poisoned(3);
        using Tensor gradient = device.Poisoned(x.Shape);
        float scale = ScaleOf(name, fixture["weight"].Scalar, x.Shape.Length);

        new SquaredDifferenceForward(_engine).Launch(x, target, losses, 1, scale);
        float[] slots = losses.ToArray();
        Closeness.Close(fixture["loss"].Scalar, slots[1], Closeness.TreeSumOf(x.Shape.Length));
        Assert.True(float.IsNaN(slots[0]) && float.IsNaN(slots[2]), "a neighbouring slot was written");

        var backward = new SquaredDifferenceBackward(_engine);
        backward.Launch(x, target, gradient, scale, null, GradientWrite.Assign);
        float[] once = gradient.ToArray();
        double[] expected = fixture["input_gradient"].Values;
        Closeness.Close(expected, once, Closeness.FewOperations);

        backward.Launch(x, target, gradient, scale, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradient.ToArray());

        backward.Launch(x, target, gradient, scale, x, GradientWrite.Assign);
        double[] values = fixture["input"].Values;
        double[] masked = [.. expected.Select((value, i) => values[i] > 0 ? value : 0)];
        Closeness.Close(masked, gradient.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(gradient);
    }

    [Theory]
    [MemberData(nameof(GramCases))]
    public void Array_loss_and_gradient_agree_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("style_loss", name);
        using DeviceArray gram = device.Upload(fixture["gram"].ToSingle());
        using DeviceArray target = device.Upload(fixture["target"].ToSingle());
        using DeviceArray losses = device.Poisoned(1);
        using DeviceArray gradient = device.Poisoned((int)gram.Length);
        float scale = ScaleOf(name, fixture["weight"].Scalar, gram.Length);

        new SquaredDifferenceForward(_engine).Launch(gram, target, losses, 0, scale);
        Closeness.Close(fixture["loss"].Scalar, losses.ToArray()[0], Closeness.TreeSumOf(gram.Length));

        var backward = new SquaredDifferenceBackward(_engine);
        backward.Launch(gram, target, gradient, scale, GradientWrite.Assign);
        float[] once = gradient.ToArray();
        Closeness.Close(fixture["gram_gradient"].Values, once, Closeness.FewOperations);
        backward.Launch(gram, target, gradient, scale, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradient.ToArray());
    }

    [Theory]
    [InlineData(33, 20, 8)]
    [LargeInlineData(997_608, 211, 197, 24)]
    [LargeInlineData(8_816_000, 1100, 1002, 8)] // More quads than a round of all groups takes.
    public void A_sum_over_many_groups_is_the_same_bits_twice(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = new Random(5).Uniform(shape.Length);
        using Tensor x = device.Upload(shape, values);
        using Tensor zero = _engine.AllocateTensor("zero", shape);
        using DeviceArray losses = device.Poisoned(2);
        var forward = new SquaredDifferenceForward(_engine);
        forward.Launch(x, zero, losses, 0, 1);
        forward.Launch(x, zero, losses, 1, 1);
        float[] slots = losses.ToArray();
        Assert.Equal(slots[0], slots[1]);
        Closeness.Close(values.Sum(value => (double)value * value), slots[0], Closeness.TreeSumOf(values.Length));
    }

    [Theory]
    [InlineData(5_003)]
    [LargeInlineData(2_200_001, 2_200_001)] // More than a round of all groups takes.
    public void A_sum_over_the_elements_of_arrays_agrees_with_double_precision(int length)
    {
        float[] values = new Random(6).Uniform(length);
        using DeviceArray x = device.Upload(values);
        using DeviceArray zero = _engine.AllocateArray("zero", length);
        using DeviceArray losses = device.Poisoned(1);
        new SquaredDifferenceForward(_engine).Launch(x, zero, losses, 0, 1);
        Closeness.Close(
            values.Sum(value => (double)value * value), losses.ToArray()[0], Closeness.TreeSumOf(length));
    }

    private static float ScaleOf(string name, double weight, long length) =>
        (float)(name.StartsWith("mean_", StringComparison.Ordinal) ? weight / length : weight);
}
