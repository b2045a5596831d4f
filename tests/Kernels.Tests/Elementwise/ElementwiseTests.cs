using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Elementwise;

[Collection(TestDevice.Collection)]
public sealed class ElementwiseTests(TestDevice device)
{
    /// <summary>An exponential of a rounded argument: relative, per unit of the argument.</summary>
    private const double TanhTolerance = 4e-7;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 5, 3 }, { 7, 2, 8 }, { 5, 9, 13 }, { 31, 17, 40 },
    };

    public static TheoryData<string> TanhCases => [.. Fixture.Cases("scaled_tanh")];

    public static TheoryData<string> PreprocessingCases => [.. Fixture.Cases("preprocessing")];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Add_scaled_adds(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] a = new Random(1).Uniform(shape.Length, 100);
        float[] b = new Random(2).Uniform(shape.Length, 100);
        using Tensor x = device.Upload(shape, a);
        using Tensor y = device.Upload(shape, b);
        new AddScaled(_engine).Launch(x, -1.75f, y);
        Closeness.Close([.. a.Zip(b, (u, v) => v - 1.75 * u)], y.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(y);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scale_overwrites(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] a = new Random(3).Uniform(shape.Length, 100);
        using Tensor x = device.Upload(shape, a);
        using Tensor y = device.Poisoned(shape);
        new Scale(_engine).Launch(x, 0.3f, y);
        Closeness.Close(Array.ConvertAll(a, value => (double)0.3f * value), y.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(y);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Addition_adds_and_hands_its_gradient_on(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] a = new Random(4).Uniform(shape.Length, 100);
        float[] b = new Random(5).Uniform(shape.Length, 100);
        using Tensor x = device.Upload(shape, a);
        using Tensor y = device.Upload(shape, b);
        using Tensor sum = device.Poisoned(shape);
        new AdditionForward(_engine).Launch(x, y, sum);
        Assert.Equal(a.Zip(b, (u, v) => u + v), sum.ToArray());
        BorderTests.AssertBorderIsZero(sum);
        BackwardChecks.AssignAddMask(
            device, shape, a, shape, Array.ConvertAll(a, value => (double)value),
            new AdditionBackward(_engine).Launch);
    }

    [Theory]
    [MemberData(nameof(TanhCases))]
    public void Scaled_tanh_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("scaled_tanh", name);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor y = device.Poisoned(x.Shape);
        new ScaledTanhForward(_engine).Launch(x, y, 150, 127.5f);
        Assert.InRange(Closeness.RelativeL2(fixture["output"].Values, y.ToArray()), 0, TanhTolerance);
        BorderTests.AssertBorderIsZero(y);

        using Tensor gradY = device.Upload(fixture["output_gradient"]);
        using Tensor gradX = device.Poisoned(x.Shape);
        var backward = new ScaledTanhBackward(_engine);
        backward.Launch(x, gradY, gradX, 150, null, GradientWrite.Assign);
        float[] once = gradX.ToArray();
        double[] expected = fixture["input_gradient"].Values;
        Assert.All(expected.Zip(once), pair => Assert.InRange(
            pair.Second, pair.First - 9 * TanhTolerance * Math.Abs(pair.First),
            pair.First + 9 * TanhTolerance * Math.Abs(pair.First)));

        backward.Launch(x, gradY, gradX, 150, x, GradientWrite.Add);
        float[] values = x.ToArray();
        Assert.Equal(once.Select((value, i) => values[i] > 0 ? 2 * value : value), gradX.ToArray());
        BorderTests.AssertBorderIsZero(gradX);
    }

    [Fact]
    public void The_scaled_tanh_of_infinity_is_its_limit_and_that_of_NaN_NaN()
    {
        var shape = new TensorShape(1, 1, 3);
        using Tensor x = device.Upload(shape, [float.PositiveInfinity, float.NegativeInfinity, float.NaN]);
        using Tensor y = device.Poisoned(shape);
        new ScaledTanhForward(_engine).Launch(x, y, 150, 127.5f);
        Assert.Equal([277.5f, -22.5f, float.NaN], y.ToArray());
    }

    [Theory]
    [MemberData(nameof(PreprocessingCases))]
    public void Preprocessing_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("preprocessing", name);
        using Tensor rgb = device.Upload(fixture["unit"]);
        using Tensor bgr = device.Poisoned(rgb.Shape);
        new PreprocessForward(_engine).Launch(rgb, bgr, 255);
        Closeness.Close(fixture["bgr"].Values, bgr.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(bgr);

        using Tensor gradBgr = device.Upload(fixture["network_gradient"]);
        using Tensor gradRgb = device.Poisoned(rgb.Shape);
        var backward = new PreprocessBackward(_engine);
        backward.Launch(gradBgr, gradRgb, 255, GradientWrite.Assign);
        float[] once = gradRgb.ToArray();
        Closeness.Close(fixture["unit_gradient"].Values, once, Closeness.FewOperations);
        backward.Launch(gradBgr, gradRgb, 255, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradRgb.ToArray());
    }

    [Theory]
    [MemberData(nameof(PreprocessingCases))]
    public void Clamping_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("preprocessing", name);
        using Tensor x = device.Upload(fixture["saved_bgr"]);
        IReadOnlyList<float> mean = Preprocess.MeanBgr;
        new ClampChannels(_engine).Launch(x, [.. mean.Select(m => -m)], [.. mean.Select(m => 255 - m)]);
        Closeness.Close(fixture["clipped_bgr"].Values, x.ToArray(), Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(x);
    }

    [Fact]
    public void Clamping_leaves_what_is_not_finite_to_be_found()
    {
        using Tensor x = device.Upload(
            new TensorShape(1, 2, 3), [float.NaN, 300, -300, 0, float.NaN, float.PositiveInfinity]);
        new ClampChannels(_engine).Launch(x, [-100, -100, -100], [155, 155, 155]);
        Assert.Equal([float.NaN, 155, -100, 0, float.NaN, 155], x.ToArray());
    }

    [Fact]
    public void Different_shapes_are_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 3, 8));
        using Tensor y = _engine.AllocateTensor("y", new TensorShape(3, 2, 8));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new AddScaled(_engine).Launch(x, 1, y));
        Assert.Equal("AddScaled: 'y' is 3×2×8, but 2×3×8 is needed.", exception.Message);
    }
}
