using IlgpuStyle.Kernels.Pooling;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Pooling;

[Collection(TestDevice.Collection)]
public sealed class PoolingTests(TestDevice device)
{
    /// <summary>16 terms in a row.</summary>
    private const double BinomialTolerance = 4 * Closeness.FewOperations;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> AverageCases => [.. Fixture.Cases("pooling", "average_")];

    public static TheoryData<string> BinomialCases => [.. Fixture.Cases("pooling", "binomial_")];

    public static TheoryData<string> MaxCases => [.. Fixture.Cases("pooling", "max_")];

    [Theory]
    [MemberData(nameof(AverageCases))]
    public void Average_forward_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("pooling", name);
        using Tensor input = device.Upload(fixture["input"]);
        using Tensor output = device.Poisoned(PoolShape.Output(input.Shape));
        new AveragePoolForward(_engine).Launch(input, output, ScaleOf(name));
        Closeness.Close(fixture["output"].Values, output.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(BinomialCases))]
    public void Binomial_forward_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("pooling", name);
        using Tensor input = device.Upload(fixture["input"]);
        using Tensor output = device.Poisoned(PoolShape.Output(input.Shape));
        new BinomialPoolForward(_engine).Launch(input, output, ScaleOf(name));
        Closeness.Close(fixture["output"].Values, output.ToArray(), BinomialTolerance);
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(MaxCases))]
    public void Max_forward_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("pooling", name);
        using Tensor input = device.Upload(fixture["input"]);
        using Tensor output = device.Poisoned(PoolShape.Output(input.Shape));
        new MaxPoolForward(_engine).Launch(input, output);
        Assert.Equal(fixture["output"].ToSingle(), output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(AverageCases))]
    public void Average_backward_agrees_with_reference(string name) => CheckBackward(name,
        (input, gradOutput, gradInput, rectifiedBy, write) => new AveragePoolBackward(_engine)
            .Launch(gradOutput, gradInput, rectifiedBy, write, ScaleOf(name)));

    [Theory]
    [MemberData(nameof(BinomialCases))]
    public void Binomial_backward_agrees_with_reference(string name) => CheckBackward(name,
        (input, gradOutput, gradInput, rectifiedBy, write) => new BinomialPoolBackward(_engine)
            .Launch(gradOutput, gradInput, rectifiedBy, write, ScaleOf(name)), BinomialTolerance);

    [Theory]
    [MemberData(nameof(MaxCases))]
    public void Max_backward_agrees_with_reference(string name) => CheckBackward(name,
        new MaxPoolBackward(_engine).Launch);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_maximum_of_a_window_with_a_NaN_is_NaN(int place)
    {
        float[] window = [-2, 3, 1, -4];
        window[place] = float.NaN;
        using Tensor input = device.Upload(new TensorShape(2, 2, 1), window);
        using Tensor output = device.Upload(new TensorShape(1, 1, 1), [7]);
        new MaxPoolForward(_engine).Launch(input, output);
        Assert.Equal([float.NaN], output.ToArray());
    }

    [Theory]
    [InlineData(0, 3, 3, 1, 0)]
    [InlineData(0, 3, 1, 3, 0)]
    [InlineData(0, 2, 2, 2, 2)]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(1, 1, 3, 3, 0)]
    [InlineData(1, -1, 2, 2, 2)]
    [InlineData(2, -4, -3, -2, -2)]
    [InlineData(3, 1, 2, 3, 4)]
    public void The_first_of_equal_maxima_takes_the_gradient(int first, float a, float b, float c, float d)
    {
        using Tensor input = device.Upload(new TensorShape(2, 2, 1), [a, b, c, d]);
        using Tensor gradOutput = device.Upload(new TensorShape(1, 1, 1), [7]);
        using Tensor gradInput = device.Poisoned(input.Shape);
        new MaxPoolBackward(_engine).Launch(input, gradOutput, gradInput, null, GradientWrite.Assign);
        float[] expected = new float[4];
        expected[first] = 7;
        Assert.Equal(expected, gradInput.ToArray());
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 1)]
    public void A_picture_of_one_row_or_column_cannot_be_pooled(int height, int width)
    {
        using Tensor input = _engine.AllocateTensor("line", new TensorShape(height, width, 8));
        using Tensor output = _engine.AllocateTensor("out", new TensorShape(4, 4, 8));
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new AveragePoolForward(_engine).Launch(input, output));
        Assert.Contains($"{height}×{width}×8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_output_shape_is_named()
    {
        using Tensor input = _engine.AllocateTensor("features", new TensorShape(5, 7, 8));
        using Tensor output = _engine.AllocateTensor("pooled", new TensorShape(3, 3, 8));
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new MaxPoolForward(_engine).Launch(input, output));
        Assert.Equal("MaxPoolForward: 'pooled' is 3×3×8, but 2×3×8 is needed.", exception.Message);
    }

    private static float ScaleOf(string name) =>
        name.Contains("doubled", StringComparison.Ordinal) ? 2 : 1;

    /// <summary>Assign over poison, then add: exactly twice; then the same with the rectifier's mask.</summary>
    private void CheckBackward(
        string name, Action<Tensor, Tensor, Tensor, Tensor?, GradientWrite> launch,
        double tolerance = Closeness.FewOperations)
    {
        Fixture fixture = Fixture.Open("pooling", name);
        using Tensor input = device.Upload(fixture["input"]);
        using Tensor gradOutput = device.Upload(fixture["output_gradient"]);
        using Tensor gradInput = device.Poisoned(input.Shape);
        double[] expected = fixture["input_gradient"].Values;

        launch(input, gradOutput, gradInput, null, GradientWrite.Assign);
        float[] once = gradInput.ToArray();
        Closeness.Close(expected, once, tolerance);

        launch(input, gradOutput, gradInput, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradInput.ToArray());

        TestDevice.Poison(gradInput);
        launch(input, gradOutput, gradInput, input, GradientWrite.Assign);
        double[] x = fixture["input"].Values;
        double[] masked = [.. expected.Select((value, i) => x[i] > 0 ? value : 0)];
        Closeness.Close(masked, gradInput.ToArray(), tolerance);
        BorderTests.AssertBorderIsZero(gradInput);
    }
}
