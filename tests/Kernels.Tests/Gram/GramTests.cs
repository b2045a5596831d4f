using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Gram;

[Collection(TestDevice.Collection)]
public sealed class GramTests(TestDevice device) : IDisposable
{
    private readonly Engine _engine = device.Engine;
    private readonly DeviceClass _ownClass = device.Engine.Class;

    public static TheoryData<string, DeviceClass> FixtureCases
    {
        get
        {
            var cases = new TheoryData<string, DeviceClass>();
            foreach (string name in Fixture.Cases("gram"))
            {
                cases.Add(name, DeviceClass.Cpu);
                cases.Add(name, DeviceClass.Gpu);
            }
            return cases;
        }
    }

    /// <summary>
    /// VGG19's channels, and rests: of a tile of 12, of a run of 128 pixels, of a share; one row, one pixel; a GPU's
    /// shares of several steps.
    /// </summary>
    public static TheoryData<int, int, int, DeviceClass> ShapeCases
    {
        get
        {
            (int, int, int)[] shapes =
            [
                (41, 33, 64), (19, 23, 128), (11, 9, 256), (6, 7, 512), (1, 50, 32), (1, 1, 96), (5, 3, 24),
                (37, 1, 160), (2, 3, 64), (29, 60, 256),
            ];
            var cases = new TheoryData<int, int, int, DeviceClass>();
            foreach ((int height, int width, int channels) in shapes)
            {
                if (!TestDevice.Affords((long)height * width * channels * channels))
                    continue;
                cases.Add(height, width, channels, DeviceClass.Cpu);
                cases.Add(height, width, channels, DeviceClass.Gpu);
            }
            return cases;
        }
    }

    public void Dispose() => _engine.Class = _ownClass;

    [Theory]
    [MemberData(nameof(FixtureCases))]
    public void Forward_agrees_with_fixture(string name, DeviceClass forms)
    {
        _engine.Class = forms;
        Fixture fixture = Fixture.Open("gram", name);
        using Tensor features = device.Upload(fixture["input"]);
        using DeviceArray gram = device.Poisoned(fixture["output"].Values.Length);
        new GramForward(_engine).Launch(features, gram, ScaleOf(name, features.Shape));
        Closeness.Close(fixture["output"].Values, gram.ToArray(), Closeness.SumOf(features.Shape.Pixels));
    }

    [Theory]
    [MemberData(nameof(FixtureCases))]
    public void Backward_agrees_with_fixture(string name, DeviceClass forms)
    {
        _engine.Class = forms;
        Fixture fixture = Fixture.Open("gram", name);
        using Tensor features = device.Upload(fixture["input"]);
        using DeviceArray gradGram = device.Upload(fixture["output_gradient"].ToSingle());
        using Tensor gradFeatures = device.Poisoned(features.Shape);
        new GramBackward(_engine).Launch(
            features, gradGram, ScaleOf(name, features.Shape), gradFeatures, null, GradientWrite.Assign);
        Closeness.Close(
            fixture["input_gradient"].Values, gradFeatures.ToArray(), Closeness.SumOf(features.Shape.Channels));
        BorderTests.AssertBorderIsZero(gradFeatures);
    }

    [Theory]
    [MemberData(nameof(ShapeCases))]
    public void Forward_agrees_with_definition(int height, int width, int channels, DeviceClass forms)
    {
        _engine.Class = forms;
        var shape = new TensorShape(height, width, channels);
        float[] values = Uniform(new Random(channels), (int)shape.Length);
        using Tensor features = device.Upload(shape, values);
        using DeviceArray gram = device.Poisoned(channels * channels);
        var forward = new GramForward(_engine);
        forward.Launch(features, gram, 0.25f);
        float[] actual = gram.ToArray();
        double[] expected = new double[channels * channels];
        Parallel.For(0, channels, i =>
        {
            for (int p = 0; p < shape.Pixels; p++)
            {
                for (int j = 0; j < channels; j++)
                    expected[i * channels + j] += 0.25 * values[p * channels + i] * values[p * channels + j];
            }
        });
        Closeness.Close(expected, actual, Closeness.SumOf(shape.Pixels));

        gram.CopyFrom([.. Enumerable.Repeat(float.NaN, channels * channels)]);
        forward.Launch(features, gram, 0.25f);
        Assert.Equal(actual, gram.ToArray());
    }

    [Theory]
    [MemberData(nameof(ShapeCases))]
    public void Backward_agrees_with_definition(int height, int width, int channels, DeviceClass forms)
    {
        _engine.Class = forms;
        var shape = new TensorShape(height, width, channels);
        var random = new Random(channels + 1);
        float[] values = Array.ConvertAll(Uniform(random, (int)shape.Length), value => Math.Max(value, 0));
        float[] gradient = Uniform(random, channels * channels);
        for (int i = 0; i < channels; i++)
        {
            for (int j = 0; j < i; j++)
                gradient[i * channels + j] = gradient[j * channels + i];
        }
        using Tensor features = device.Upload(shape, values);
        using DeviceArray gradGram = device.Upload(gradient);
        using Tensor gradFeatures = device.Poisoned(shape);
        var backward = new GramBackward(_engine);
        double[] expected = new double[shape.Length];
        Parallel.For(0, shape.Pixels, p =>
        {
            for (int j = 0; j < channels; j++)
            {
                for (int i = 0; i < channels; i++)
                    expected[p * channels + i] += 2 * 0.25 * values[p * channels + j] * gradient[j * channels + i];
            }
        });

        backward.Launch(features, gradGram, 0.25f, gradFeatures, null, GradientWrite.Assign);
        float[] once = gradFeatures.ToArray();
        Closeness.Close(expected, once, Closeness.SumOf(channels));
        backward.Launch(features, gradGram, 0.25f, gradFeatures, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradFeatures.ToArray());

        TestDevice.Poison(gradFeatures);
        backward.Launch(features, gradGram, 0.25f, gradFeatures, features, GradientWrite.Assign);
        Assert.Equal([.. once.Select((value, i) => values[i] > 0 ? value : 0)], gradFeatures.ToArray());
        BorderTests.AssertBorderIsZero(gradFeatures);
    }

    [Fact]
    public void Wrong_lengths_are_named()
    {
        using Tensor features = _engine.AllocateTensor("relu1_1", new TensorShape(3, 4, 8));
        using DeviceArray gram = _engine.AllocateArray("gram", 63);
        ArgumentException forward = Assert.Throws<ArgumentException>(
            () => new GramForward(_engine).Launch(features, gram, 1));
        Assert.Equal("GramForward: 'gram' has 63 elements, but 64 are needed.", forward.Message);
        ArgumentException backward = Assert.Throws<ArgumentException>(
            () => new GramBackward(_engine).Launch(features, gram, 1, features, null, GradientWrite.Assign));
        Assert.Equal("GramBackward: 'gram' has 63 elements, but 64 are needed.", backward.Message);
    }

    private static float ScaleOf(string name, TensorShape shape) => name.Split('_')[0] switch
    {
        "none" => 1f,
        "channels" => 1f / shape.Channels,
        "positions" => 1f / shape.Pixels,
        "elements" => 1f / shape.Length,
        _ => throw new ArgumentException(name),
    };

    private static float[] Uniform(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = 2 * random.NextSingle() - 1;
        return values;
    }
}
