namespace IlgpuStyle.FastStyle.Tests;

/// <summary>A network by the definitions of its layers, in double precision.</summary>
internal static class NetworkReference
{
    /// <summary>The output for a picture of H × W × 3.</summary>
    public static (double[] Values, int Height, int Width) Run(
        StyleNetwork network, float[] picture, int height, int width)
    {
        var input = new Map(height, width, 3);
        for (int i = 0; i < picture.Length; i++)
            input.Values[i] = picture[i];
        var maps = new List<Map>();
        foreach (Layer layer in network.Layers)
            maps.Add(Run(layer, MapOf(layer.Input), layer is AdditionLayer { Other: var other } ? MapOf(other) : null));
        return (maps[^1].Values, maps[^1].Height, maps[^1].Width);

        Map MapOf(int place) => place == Layer.Picture ? input : maps[place];
    }

    /// <summary>A picture of random levels.</summary>
    public static float[] Picture(int height, int width, int seed)
    {
        var random = new Random(seed);
        float[] picture = new float[height * width * 3];
        for (int i = 0; i < picture.Length; i++)
            picture[i] = random.Next(256);
        return picture;
    }

    /// <summary>What training would make of it: scales and biases of normalisations that are not 1 and 0.</summary>
    public static StyleNetwork Disturbed(StyleNetwork network)
    {
        var random = new Random(5);
        return new StyleNetwork(
            [.. network.Layers.Select(layer => layer is InstanceNormalizationLayer norm
                ? norm with { Scale = Draw(norm.Scale.Length, 0.7, 1.3), Bias = Draw(norm.Bias.Length, -0.3, 0.3) }
                : layer)],
            network.Metadata);

        float[] Draw(int count, double least, double most) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(least + ((most - least) * random.NextDouble())))];
    }

    private static Map Run(Layer layer, Map input, Map? other)
    {
        (int height, int width, int channels) = (input.Height, input.Width, input.Channels);
        switch (layer)
        {
            case ReflectPadLayer { Padding: var p }:
                return Each(new Map(height + (2 * p), width + (2 * p), channels),
                    (y, x, c) => input[Mirror(y - p, height), Mirror(x - p, width), c]);
            case ConvolutionLayer convolution:
                (int k, int stride) = (convolution.Kernel, convolution.Stride);
                var output = new Map(
                    ((height - k) / stride) + 1, ((width - k) / stride) + 1, convolution.OutputChannels);
                return Each(output, (y, x, o) => Convolve(convolution, input, y * stride, x * stride, o));
            case InstanceNormalizationLayer norm:
                return Normalize(norm, input);
            case ReluLayer:
                return Each(input.Same(), (y, x, c) => Math.Max(0, input[y, x, c]));
            case AdditionLayer:
                return Each(input.Same(), (y, x, c) => input[y, x, c] + other![y, x, c]);
            case UpsampleLayer:
                return Each(new Map(height * 2, width * 2, channels), (y, x, c) => input[y / 2, x / 2, c]);
            case TanhLayer tanh:
                return Each(input.Same(), (y, x, c) => (tanh.Factor * Math.Tanh(input[y, x, c])) + tanh.Offset);
            default:
                throw new ArgumentException(layer.ToString());
        }
    }

    private static double Convolve(ConvolutionLayer layer, Map input, int top, int left, int output)
    {
        double sum = layer.Bias[output];
        int weight = output * layer.InputChannels * layer.Kernel * layer.Kernel;
        for (int c = 0; c < layer.InputChannels; c++)
        {
            for (int dy = 0; dy < layer.Kernel; dy++)
            {
                for (int dx = 0; dx < layer.Kernel; dx++, weight++)
                    sum += layer.Weights[weight] * input[top + dy, left + dx, c];
            }
        }
        return sum;
    }

    private static Map Normalize(InstanceNormalizationLayer layer, Map input)
    {
        int pixels = input.Height * input.Width;
        double[] mean = new double[input.Channels];
        double[] variance = new double[input.Channels];
        for (int i = 0; i < input.Values.Length; i++)
            mean[i % input.Channels] += input.Values[i] / pixels;
        for (int i = 0; i < input.Values.Length; i++)
            variance[i % input.Channels] += Math.Pow(input.Values[i] - mean[i % input.Channels], 2) / pixels;
        return Each(input.Same(), (y, x, c) =>
            (layer.Scale[c] * (input[y, x, c] - mean[c]) / Math.Sqrt(variance[c] + layer.Epsilon)) + layer.Bias[c]);
    }

    private static int Mirror(int at, int length) => at < 0 ? -at : at >= length ? (2 * (length - 1)) - at : at;

    private static Map Each(Map output, Func<int, int, int, double> compute)
    {
        Parallel.For(0, output.Height, y =>
        {
            for (int x = 0; x < output.Width; x++)
            {
                for (int c = 0; c < output.Channels; c++)
                    output[y, x, c] = compute(y, x, c);
            }
        });
        return output;
    }

    private sealed class Map(int height, int width, int channels)
    {
        public int Height => height;

        public int Width => width;

        public int Channels => channels;

        public double[] Values { get; } = new double[height * width * channels];

        public double this[int y, int x, int c]
        {
            get => Values[(((y * width) + x) * channels) + c];
            set => Values[(((y * width) + x) * channels) + c] = value;
        }

        public Map Same() => new(height, width, channels);
    }
}
