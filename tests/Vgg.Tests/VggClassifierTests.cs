using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg.Tests.Weights;
using IlgpuStyle.Vgg.Tests.Weights.Synthetic;
using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Hdf5;
using IlgpuStyle.Vgg.Weights.Synthetic;

namespace IlgpuStyle.Vgg.Tests;

/// <summary>
/// The reference's small VGG19 on a picture of 64×96, which leaves 2×3×20 features, with a small top.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class VggClassifierTests(TestDevice device) : IDisposable
{
    private const int Classes = 12;
    private static readonly TensorShape PictureShape = new(64, 96, 3);
    private static readonly float[] Rgb = RandomPicture();
    private static readonly Lazy<double[]> Features = new(DoubleFeatures);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(24)]
    [InlineData(36_000)] // fc1's kernel is larger than one block of rows.
    public void Probabilities_agree_with_double_precision(int hidden)
    {
        Dense[] top = Top(hidden, 1 / Math.Sqrt(Features.Value.Average(value => value * value)));
        double[] expected = Probabilities(top);
        Assert.InRange(expected.Max(), 1.5 / Classes, 0.9); // Neither undecided nor saturated.

        float[] actual = Classify(top);

        long left = device.Engine.AllocatedBytes; // What launches share.
        Assert.Equal(Classes, actual.Length);
        for (int i = 0; i < Classes; i++)
        {
            Assert.True(Math.Abs(actual[i] - expected[i]) <= 1e-5,
                $"class {i}: expected {expected[i]:g9}, actual {actual[i]:g9}.");
        }
        Assert.Equal(actual, Classify(top));
        Assert.Equal(left, device.Engine.AllocatedBytes);
    }

    [Fact]
    public void A_network_that_overflows_is_refused()
    {
        WeightFileException refusal = Assert.Throws<WeightFileException>(() => Classify(Top(8, 1e37)));

        Assert.EndsWith(
            "leads to classes that are not finite: it holds no trained VGG19.", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_the_top_is_refused_before_anything_is_computed()
    {
        string path = WeightFixture.Unpack(_folder, "keras1.h5");
        long launches = device.Engine.LaunchCount;

        WeightFileException refusal = Assert.Throws<WeightFileException>(
            () => VggClassifier.Classify(device.Engine, path, new float[224 * 224 * 3]));

        Assert.Contains(
            $"'{path}' has no layer fc1: the file with the dense top is needed, as "
            + "vgg19_weights_tf_dim_ordering_tf_kernels.h5", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(launches, device.Engine.LaunchCount);
    }

    [Fact]
    public void A_picture_of_another_size_is_refused() => Assert.Throws<ArgumentException>(
        () => VggClassifier.Classify(device.Engine, "unread.h5", new float[223 * 224 * 3]));

    private float[] Classify(Dense[] top)
    {
        string path = _folder.File("top.h5");
        using (var writer = new Hdf5Writer(path))
        {
            writer.WriteStrings("/", "layer_names", [.. top.Select(dense => dense.Layer.Name)]);
            foreach (Dense dense in top)
            {
                (string name, int inputs, int outputs) = dense.Layer;
                writer.CreateGroup($"/{name}");
                writer.WriteStrings($"/{name}", "weight_names", ["kernel", "bias"]);
                writer.WriteFloats($"/{name}/kernel", dense.Kernel, (ulong)inputs, (ulong)outputs);
                writer.WriteFloats($"/{name}/bias", dense.Bias, (ulong)outputs);
            }
            writer.Complete();
        }
        return VggClassifier.Classify(
            device.Engine, () => SmallVgg.Weights, path, [.. top.Select(dense => dense.Layer)], PictureShape, Rgb);
    }

    /// <summary>Random dense layers whose outputs are about as large as their inputs; the first is scaled.</summary>
    private static Dense[] Top(int hidden, double firstScale)
    {
        var random = new Random(hidden);
        Dense Layer(string name, int inputs, int outputs, double scale) => new(
            new VggDenseLayer(name, inputs, outputs),
            random.Uniform(inputs * outputs, scale * Math.Sqrt(6.0 / inputs)),
            random.Uniform(outputs, 0.5));
        return
        [
            Layer("fc1", Features.Value.Length, hidden, firstScale),
            Layer("fc2", hidden, 16, 1),
            Layer("predictions", 16, Classes, 1),
        ];
    }

    private static double[] Probabilities(Dense[] top)
    {
        double[] x = Features.Value;
        foreach (Dense dense in top)
        {
            double[] y = Array.ConvertAll(dense.Bias, value => (double)value);
            for (int i = 0; i < x.Length; i++)
            {
                for (int o = 0; o < y.Length; o++)
                    y[o] += x[i] * dense.Kernel[i * y.Length + o];
            }
            x = dense == top[^1] ? y : Array.ConvertAll(y, value => Math.Max(value, 0));
        }
        double[] exponentials = Array.ConvertAll(x, Math.Exp);
        return Array.ConvertAll(exponentials, value => value / exponentials.Sum());
    }

    private static double[] DoubleFeatures()
    {
        var network = DoubleNetwork.FromPicture(new CalibrationPicture(PictureShape.Height, PictureShape.Width, Rgb));
        foreach (VggLayer layer in Vgg19.Layers)
        {
            network = layer.Kind == VggLayerKind.Pool
                ? network.MaxPool()
                : network.Convolve(SmallVgg.Weights[layer.Name]).Relu();
        }
        return network.Flatten();
    }

    /// <summary>Smooth blobs on noise, so that the pools of the last layers differ.</summary>
    private static float[] RandomPicture()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, (int)PictureShape.Length).Select(i =>
        {
            double blob = 0.5 + 0.5 * Math.Sin(i / 3 % PictureShape.Width / 9.0 + i % 3 + i / 2000.0);
            return (float)(255 * random.NextDouble() * blob);
        })];
    }

    private sealed record Dense(VggDenseLayer Layer, float[] Kernel, float[] Bias);
}
