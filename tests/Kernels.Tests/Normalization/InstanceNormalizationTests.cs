using IlgpuStyle.Kernels.Normalization;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Normalization;

[Collection(TestDevice.Collection)]
public sealed class InstanceNormalizationTests(TestDevice device)
{
    private const string Family = "instance_normalization";
    private const float Epsilon = 1e-5f;

    /// <summary>Relative L2 distance from double precision.</summary>
    private const double Tolerance = 1e-6;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> Cases => [.. Fixture.Cases(Family)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open(Family, name);
        using Tensor x = device.Upload(fixture["input"]);
        using DeviceArray statistics = Statistics(x);
        using DeviceArray scale = device.Upload(fixture["scale"].ToSingle());
        using DeviceArray bias = device.Upload(fixture["bias"].ToSingle());
        using Tensor y = device.Poisoned(x.Shape);
        new InstanceNormalizationForward(_engine).Launch(x, statistics, scale, bias, y, IsRectified(name));
        Near(fixture["output"].Values, y.ToArray());
        BorderTests.AssertBorderIsZero(y);
    }

    /// <summary>Assigned over NaN, added, and masked.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_to_the_input_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open(Family, name);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor gradOutput = device.Upload(fixture["output_gradient"]);
        using DeviceArray statistics = Statistics(x);
        using DeviceArray scale = device.Upload(fixture["scale"].ToSingle());
        using DeviceArray sums = device.Poisoned(InstanceNormalizationBackward.Length(x.Shape));
        using Tensor gradInput = device.Poisoned(x.Shape);
        using var backward = new InstanceNormalizationBackward(_engine);
        backward.LaunchSums(x, gradOutput, statistics, sums, null);

        backward.Launch(x, gradOutput, statistics, sums, scale, gradInput, null, GradientWrite.Assign);
        float[] once = gradInput.ToArray();
        double[] expected = fixture["input_gradient"].Values;
        Near(expected, once);

        backward.Launch(x, gradOutput, statistics, sums, scale, gradInput, null, GradientWrite.Add);
        Closeness.Close(Array.ConvertAll(once, value => 2.0 * value), gradInput.ToArray(), Closeness.FewOperations);

        TestDevice.Poison(gradInput);
        backward.Launch(x, gradOutput, statistics, sums, scale, gradInput, x, GradientWrite.Assign);
        double[] values = fixture["input"].Values;
        Assert.Equal(once.Select((value, i) => values[i] > 0 ? value : 0), gradInput.ToArray());
        BorderTests.AssertBorderIsZero(gradInput);
    }

    /// <summary>Twice: they add up.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_to_the_parameters_agrees_with_reference(string name)
    {
        Fixture fixture = Fixture.Open(Family, name);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor gradOutput = device.Upload(fixture["output_gradient"]);
        using DeviceArray statistics = Statistics(x);
        using DeviceArray sums = device.Poisoned(InstanceNormalizationBackward.Length(x.Shape));
        using DeviceArray gradScale = _engine.AllocateArray("gradient of scale", x.Shape.Channels);
        using DeviceArray gradBias = _engine.AllocateArray("gradient of bias", x.Shape.Channels);
        using var backward = new InstanceNormalizationBackward(_engine);
        for (int times = 1; times <= 2; times++)
        {
            backward.LaunchSums(x, gradOutput, statistics, sums, (gradScale, gradBias));
            Near(Array.ConvertAll(fixture["scale_gradient"].Values, value => times * value), gradScale.ToArray());
            Near(Array.ConvertAll(fixture["bias_gradient"].Values, value => times * value), gradBias.ToArray());
        }
    }

    /// <summary>A picture that comes in bands of whole rows, with a rim or not, has the bits of one in one piece.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Statistics_of_bands_are_those_of_the_whole(string name)
    {
        NpyFile input = Fixture.Open(Family, name)["input"];
        using Tensor x = device.Upload(input);
        using DeviceArray whole = Statistics(x);
        using DeviceArray rows = device.Poisoned(InstanceStatistics.RowsLength(x.Shape));
        using DeviceArray statistics = device.Poisoned(InstanceStatistics.Length(x.Shape));
        using var launcher = new InstanceStatistics(_engine);
        int height = x.Shape.Height;
        int rowLength = x.Shape.Width * x.Shape.Channels;
        for (int first = 0; first < height; first += 4)
        {
            int rim = Math.Min(first, 1);
            int count = Math.Min(4, height - first);
            using Tensor band = device.Upload(
                x.Shape with { Height = rim + count },
                input.ToSingle()[((first - rim) * rowLength)..((first + count) * rowLength)]);
            launcher.LaunchRows(band, rim, count, rows, first);
        }
        launcher.LaunchTotal(rows, x.Shape, Epsilon, statistics);
        Assert.Equal(whole.ToArray(), statistics.ToArray());
    }

    [Fact]
    public void A_constant_channel_becomes_its_bias()
    {
        var shape = new TensorShape(5, 6, 8);
        float[] values = new float[shape.Length];
        Array.Fill(values, 1234.567f);
        using Tensor x = device.Upload(shape, values);
        using DeviceArray statistics = Statistics(x);
        using DeviceArray ones = device.Upload([1, 1, 1, 1, 1, 1, 1, 1]);
        using DeviceArray bias = device.Upload([0, 1, 2, 3, 4, 5, 6, 7]);
        using Tensor y = device.Poisoned(shape);
        new InstanceNormalizationForward(_engine).Launch(x, statistics, ones, bias, y, rectified: false);
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => (float)(i % 8)), y.ToArray());
    }

    [Fact]
    public void A_NaN_reaches_its_channel_and_no_other()
    {
        var shape = new TensorShape(4, 5, 8);
        float[] values = new Random(3).Normal(shape.Length);
        values[8 * 13 + 2] = float.NaN;
        using Tensor x = device.Upload(shape, values);
        using DeviceArray statistics = Statistics(x);
        using DeviceArray ones = device.Upload([1, 1, 1, 1, 1, 1, 1, 1]);
        using Tensor y = device.Poisoned(shape);
        new InstanceNormalizationForward(_engine).Launch(x, statistics, ones, ones, y, rectified: true);
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => i % 8 == 2), y.ToArray().Select(float.IsNaN));
    }

    /// <summary>More quads than a group has work-items: statistics and the parameters' gradients, dy being x.</summary>
    [Theory]
    [InlineData(1036)]
    [InlineData(2051)]
    public void Many_channels(int channels)
    {
        var shape = new TensorShape(2, 3, channels);
        float[] values = new Random(5).Normal(shape.Length);
        using Tensor x = device.Upload(shape, values);
        using DeviceArray statistics = Statistics(x);
        double[] means = [.. Enumerable.Range(0, channels).Select(c => Channel(c).Average())];
        double[] squares = [.. Enumerable.Range(0, channels).Select(c => Channel(c).Sum(v => Square(v - means[c])))];
        double[] inverses = [.. squares.Select(square => 1 / Math.Sqrt(square / 6 + Epsilon))];
        float[] actual = statistics.ToArray();
        int pitch = shape.PaddedChannels;
        Near(means, [.. Enumerable.Range(0, channels).Select(c => actual[c] + actual[c + pitch])]);
        Near(inverses, actual[(2 * pitch)..(2 * pitch + channels)]);

        using DeviceArray sums = device.Poisoned(InstanceNormalizationBackward.Length(shape));
        using DeviceArray gradScale = _engine.AllocateArray("gradient of scale", channels);
        using DeviceArray gradBias = _engine.AllocateArray("gradient of bias", channels);
        using var backward = new InstanceNormalizationBackward(_engine);
        backward.LaunchSums(x, x, statistics, sums, (gradScale, gradBias));
        Near([.. means.Select(mean => 6 * mean)], gradBias.ToArray());
        Near([.. squares.Zip(inverses, (square, inverse) => square * inverse)], gradScale.ToArray());

        IEnumerable<double> Channel(int c) => Enumerable.Range(0, 6).Select(pixel => (double)values[pixel * channels + c]);

        static double Square(double value) => value * value;
    }

    private static bool IsRectified(string name) => name.StartsWith("rectified", StringComparison.Ordinal);

    private static void Near(double[] expected, float[] actual)
    {
        double distance = Closeness.RelativeL2(expected, actual);
        Assert.True(distance <= Tolerance, $"{distance:g3} from the reference; {Tolerance} is allowed.");
    }

    private DeviceArray Statistics(Tensor x)
    {
        DeviceArray statistics = device.Poisoned(InstanceStatistics.Length(x.Shape));
        using var launcher = new InstanceStatistics(_engine);
        launcher.Launch(x, Epsilon, statistics);
        return statistics;
    }
}
