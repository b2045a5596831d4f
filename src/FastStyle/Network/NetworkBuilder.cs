using IlgpuStyle.Vgg;

namespace IlgpuStyle.FastStyle;

/// <summary>Puts together the layers of <see cref="StyleNetwork.Create"/> and draws their weights.</summary>
internal sealed class NetworkBuilder(int seed)
{
    private const float Epsilon = 1e-5f;

    private readonly GaussianGenerator _random = new((ulong)seed);
    private readonly List<Layer> _layers = [];

    private int Last => _layers.Count - 1;

    /// <summary>The layers.</summary>
    /// <exception cref="ArgumentException">Channels are no three multiples of 8, or blocks are below 0.</exception>
    public List<Layer> Build(IReadOnlyList<int> channels, int blocks)
    {
        ArgumentNullException.ThrowIfNull(channels);
        if (channels is not [var full, var half, var quarter] || channels.Any(count => count < 8 || count % 8 != 0))
        {
            throw new ArgumentException(
                $"Channels must be three multiples of 8, not {string.Join(", ", channels)}.", nameof(channels));
        }
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        Convolve("conv1", StyleNetwork.PictureChannels, full, kernel: 9);
        NormalizeAndRectify("conv1");
        Convolve("down1", full, half, stride: 2);
        NormalizeAndRectify("down1");
        Convolve("down2", half, quarter, stride: 2);
        NormalizeAndRectify("down2");
        for (int block = 1; block <= blocks; block++)
            AddBlock($"residual{block}", quarter);
        Upsample("up1", quarter, half);
        Upsample("up2", half, full);
        Convolve("conv2", full, StyleNetwork.PictureChannels, kernel: 9);
        _layers.Add(new TanhLayer("conv2.tanh", Last, 150, 127.5f));
        return _layers;
    }

    private void AddBlock(string name, int channels)
    {
        int input = Last;
        Convolve($"{name}.conv1", channels, channels);
        NormalizeAndRectify($"{name}.conv1");
        Convolve($"{name}.conv2", channels, channels);
        Normalize($"{name}.conv2", channels);
        _layers.Add(new AdditionLayer($"{name}.add", Last, input));
    }

    private void Upsample(string name, int inputChannels, int outputChannels)
    {
        _layers.Add(new UpsampleLayer($"{name}.upsample", Last));
        Convolve(name, inputChannels, outputChannels);
        NormalizeAndRectify(name);
    }

    /// <summary>Pads by reflection and convolves; weights and bias as PyTorch's layers start.</summary>
    private void Convolve(string name, int inputChannels, int outputChannels, int kernel = 3, int stride = 1)
    {
        int inputs = inputChannels * kernel * kernel;
        double bound = 1 / Math.Sqrt(inputs);
        _layers.Add(new ReflectPadLayer($"{name}.pad", Last, kernel / 2));
        _layers.Add(new ConvolutionLayer(
            name, Last, inputChannels, outputChannels, kernel, stride, Draw(outputChannels * inputs, bound),
            Draw(outputChannels, bound)));
    }

    private void NormalizeAndRectify(string name)
    {
        Normalize(name, ((ConvolutionLayer)_layers[Last]).OutputChannels);
        _layers.Add(new ReluLayer($"{name}.relu", Last));
    }

    private void Normalize(string name, int channels)
    {
        float[] scale = new float[channels];
        Array.Fill(scale, 1);
        _layers.Add(new InstanceNormalizationLayer($"{name}.norm", Last, scale, new float[channels], Epsilon));
    }

    private float[] Draw(int count, double bound)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(bound * ((2 * _random.NextFraction()) - 1));
        return values;
    }
}
