using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.Kernels.Tests.ValidConvolution;

/// <summary>
/// Random data for one convolution without padding, seeded by its shape, and its results in double precision from the
/// definition, as nested loops.
/// </summary>
internal sealed class ValidConvolutionCase
{
    public ValidConvolutionCase(int height, int width, int inputs, int outputs, int kernel, int stride)
    {
        Shape = new ValidConvolutionShape(new TensorShape(height, width, inputs), outputs, kernel, stride);
        var random = new Random((((height * 7 + width) * 1009 + inputs) * 1013 + outputs) * 31 + kernel * 3 + stride);
        Weights = Values(outputs * inputs * kernel * kernel, 1 / Math.Sqrt(inputs * kernel * kernel));
        Bias = Values(outputs, 1);
        Input = Values((int)Shape.Input.Length, 1);
        OutputGradient = Values((int)Shape.Output.Length, 1);
        OldWeightGradient = Values(Weights.Length, 10);
        OldBiasGradient = Values(outputs, 10);

        float[] Values(int count, double size) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(size * (2 * random.NextDouble() - 1)))];
    }

    public ValidConvolutionShape Shape { get; }

    /// <summary>K × C × k × k.</summary>
    public float[] Weights { get; }

    public float[] Bias { get; }

    public float[] Input { get; }

    public float[] OutputGradient { get; }

    /// <summary>What a batch's pictures before this one have left.</summary>
    public float[] OldWeightGradient { get; }

    public float[] OldBiasGradient { get; }

    public double[] Output()
    {
        double[] output = new double[Shape.Output.Length];
        for (int i = 0; i < output.Length; i++)
            output[i] = Bias[i % Bias.Length];
        ForEachProduct((y, x, w) => output[y] += (double)Input[x] * Weights[w]);
        return output;
    }

    public double[] InputGradient()
    {
        double[] gradient = new double[Input.Length];
        ForEachProduct((y, x, w) => gradient[x] += (double)OutputGradient[y] * Weights[w]);
        return gradient;
    }

    /// <summary>Added to <see cref="OldWeightGradient"/>.</summary>
    public double[] WeightGradient()
    {
        double[] gradient = Array.ConvertAll(OldWeightGradient, value => (double)value);
        ForEachProduct((y, x, w) => gradient[w] += (double)Input[x] * OutputGradient[y]);
        return gradient;
    }

    /// <summary>Added to <see cref="OldBiasGradient"/>.</summary>
    public double[] BiasGradient()
    {
        double[] gradient = Array.ConvertAll(OldBiasGradient, value => (double)value);
        for (int i = 0; i < OutputGradient.Length; i++)
            gradient[i % Bias.Length] += OutputGradient[i];
        return gradient;
    }

    /// <summary>Calls with the places in output, input and weights for each product of the definition.</summary>
    private void ForEachProduct(Action<int, int, int> product)
    {
        TensorShape input = Shape.Input;
        TensorShape output = Shape.Output;
        int side = Shape.Kernel;
        for (int i = 0; i < output.Height; i++)
        {
            for (int j = 0; j < output.Width; j++)
            {
                for (int k = 0; k < output.Channels; k++)
                {
                    for (int c = 0; c < input.Channels; c++)
                    {
                        for (int r = 0; r < side; r++)
                        {
                            for (int t = 0; t < side; t++)
                            {
                                int row = Shape.Stride * i + r;
                                int column = Shape.Stride * j + t;
                                product(
                                    (i * output.Width + j) * output.Channels + k,
                                    (row * input.Width + column) * input.Channels + c,
                                    ((k * input.Channels + c) * side + r) * side + t);
                            }
                        }
                    }
                }
            }
        }
    }
}
