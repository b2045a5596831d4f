using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.Tests.Convolution;

/// <summary>Random data for one convolution, seeded by its shape.</summary>
/// <remarks>
/// Inputs are rectified normal values, half of them 0, as behind a ReLU; kernels normal with He's deviation, so that
/// outputs stay near 1; output gradients normal.
/// </remarks>
internal sealed class ConvolutionCase
{
    private readonly Random _random;

    public ConvolutionCase(int height, int width, int inputChannels, int outputChannels)
    {
        Input = new TensorShape(height, width, inputChannels);
        Output = new TensorShape(height, width, outputChannels);
        _random = new Random(((height * 7 + width) * 1009 + inputChannels) * 1013 + outputChannels);
        double deviation = Math.Sqrt(2.0 / (9 * inputChannels));
        Kernel = Normal(9 * inputChannels * outputChannels, deviation);
        Bias = Normal(outputChannels, 0.1);
        InputValues = Array.ConvertAll(Normal((int)Input.Length, 1), value => Math.Max(value, 0));
        OutputGradient = Normal((int)Output.Length, 1);
        Reference = new ConvolutionReference(inputChannels, outputChannels, Kernel, Bias);
    }

    public TensorShape Input { get; }

    public TensorShape Output { get; }

    public float[] Kernel { get; }

    public float[] Bias { get; }

    public float[] InputValues { get; }

    public float[] OutputGradient { get; }

    public ConvolutionReference Reference { get; }

    public ConvolutionWeights Upload(Engine engine, ConvolutionForm form) => ConvolutionWeights.Upload(
        engine, "layer", Kernel, Bias, Input.Channels, Output.Channels, form);

    /// <summary>
    /// Elements to compare: all of a small tensor; of a large one the corners and edges' middles at random channels
    /// and 4000 anywhere.
    /// </summary>
    public IReadOnlyList<(int Row, int Column, int Channel)> Elements(TensorShape shape)
    {
        var elements = new List<(int, int, int)>();
        if (shape.Length <= 4000)
        {
            for (int row = 0; row < shape.Height; row++)
            {
                for (int column = 0; column < shape.Width; column++)
                {
                    for (int channel = 0; channel < shape.Channels; channel++)
                        elements.Add((row, column, channel));
                }
            }
            return elements;
        }
        foreach (int row in (int[])[0, shape.Height / 2, shape.Height - 1])
        {
            foreach (int column in (int[])[0, shape.Width / 2, shape.Width - 1])
            {
                for (int i = 0; i < 20; i++)
                    elements.Add((row, column, _random.Next(shape.Channels)));
            }
        }
        for (int i = 0; i < 4000; i++)
            elements.Add((_random.Next(shape.Height), _random.Next(shape.Width), _random.Next(shape.Channels)));
        return elements;
    }

    private float[] Normal(int count, double deviation)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()))
                * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }
        return values;
    }
}
