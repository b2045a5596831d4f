using IlgpuStyle.Kernels.Moments;
using IlgpuStyle.Kernels.Wasserstein;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Moments;

[Collection(TestDevice.Collection)]
public sealed class MomentTests(TestDevice device)
{
    /// <summary>Means, and differences from them, of up to 210 pixels; a quotient of deviations.</summary>
    private const double Tolerance = 2e-5;

    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(5);

    public static TheoryData<string> Cases => [.. Fixture.Cases("moments")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Deviations_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("moments", caseName);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor? guide = GuideOf(caseName, fixture);
        using DeviceArray means = device.Poisoned(x.Shape.Channels);
        using DeviceArray deviations = device.Poisoned(x.Shape.Channels);
        new ChannelMeansForward(_engine).Launch(x, guide, means);
        new ChannelDeviationsForward(_engine).Launch(x, guide, means, deviations);
        Closeness.Close(fixture["mean"].Values, means.ToArray(), Tolerance);
        Closeness.Close(fixture["deviation"].Values, deviations.ToArray(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("moments", caseName);
        using Tensor x = device.Upload(fixture["input"]);
        using Tensor? guide = GuideOf(caseName, fixture);
        using DeviceArray means = device.Upload(fixture["mean"].ToSingle());
        using DeviceArray deviations = device.Upload(fixture["deviation"].ToSingle());
        using DeviceArray targetMeans = device.Upload(fixture["style_mean"].ToSingle());
        using DeviceArray targetDeviations = device.Upload(fixture["style_deviation"].ToSingle());
        float weight = (float)fixture["weight"].Scalar;
        var factors = new MomentFactors(
            weight * (float)fixture["mean_factor"].Scalar, weight * (float)fixture["deviation_factor"].Scalar);

        using DeviceArray losses = device.Poisoned(3);
        new MomentDifferenceForward(_engine).Launch(
            means, targetMeans, deviations, targetDeviations, losses, 1, factors);
        Closeness.Close(fixture["loss"].Scalar, losses.ToArray()[1], Tolerance);

        var backward = new MomentDifferenceBackward(_engine);
        using Tensor gradient = device.Poisoned(x.Shape);
        Launch(null, GradientWrite.Assign);
        float[] once = gradient.ToArray();
        double[] expected = fixture["input_gradient"].Values;
        Closeness.Close(expected, once, Tolerance);
        Launch(null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradient.ToArray());

        TestDevice.Poison(gradient);
        Launch(x, GradientWrite.Assign);
        double[] values = fixture["input"].Values;
        Closeness.Close(
            [.. expected.Select((value, i) => values[i] > 0 ? value : 0)], gradient.ToArray(), Tolerance);
        BorderTests.AssertBorderIsZero(gradient);

        void Launch(Tensor? rectifiedBy, GradientWrite write) => backward.Launch(
            x, guide, means, targetMeans, deviations, targetDeviations, factors, gradient, rectifiedBy, write);
    }

    /// <summary>
    /// Two windows of unlike sizes; channels that do not vary; weights whose squares add up to the pixels.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deviations_summed_over_windows_are_those_of_all(bool isWeighted)
    {
        const int width = 7, channels = 5, height = 11;
        int pixels = height * width;
        double[] guide = [.. _random.Uniform(pixels).Select(value => isWeighted ? 1 + 0.5 * value : 1)];
        double length = Math.Sqrt(guide.Sum(weight => weight * weight) / pixels);
        float[] weights = [.. guide.Select(weight => (float)(weight / length))];
        float[] features = _random.Uniform(pixels * channels);
        float[] constants = [0.1f, 3.1f, 77.7f];
        for (int p = 0; p < pixels; p++)
        {
            constants.CopyTo(features, p * channels + 2);
            for (int c = 0; c < channels; c++)
                features[p * channels + c] *= weights[p];
        }
        double[] means = new double[channels];
        double[] expected = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            means[c] = Enumerable.Range(0, pixels).Average(p => (double)weights[p] * features[p * channels + c]);
            expected[c] = Math.Sqrt(Enumerable.Range(0, pixels).Average(
                p => Math.Pow(features[p * channels + c] - weights[p] * means[c], 2)));
        }

        using DeviceArray zero = device.Upload(new float[channels]);
        using DeviceArray rootMeanSquares = device.Poisoned(channels);
        using DeviceArray deviations = device.Poisoned(channels);
        using DeviceArray deviceMeans = device.Upload(Array.ConvertAll(means, mean => (float)mean));
        var ofWindows = new ChannelDeviationsOfWindows(_engine);
        foreach ((int first, int rows) in ((int, int)[])[(0, 4), (4, 7)])
        {
            using Tensor window = device.Upload(
                new TensorShape(rows, width, channels),
                features.AsSpan(first * width * channels, rows * width * channels).ToArray());
            new ChannelDeviationsForward(_engine).Launch(window, null, zero, rootMeanSquares);
            ofWindows.Add(
                rootMeanSquares, rows / (float)height, deviations, first == 0 ? GradientWrite.Assign : GradientWrite.Add);
        }
        ofWindows.Launch(deviations, deviceMeans, deviations);
        Closeness.Close(expected, deviations.ToArray(), Tolerance);
        if (!isWeighted)
            Assert.Equal([0, 0, 0], deviations.ToArray()[2..]);
    }

    private Tensor? GuideOf(string caseName, Fixture fixture) =>
        caseName.StartsWith("weighted", StringComparison.Ordinal) ? device.Upload(fixture["guide"]) : null;
}
