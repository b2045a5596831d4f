namespace IlgpuStyle.Kernels.Tests.Convolution;

/// <summary>
/// 3×3 same-padding convolution with ReLU in double precision from its definition, element by element.
/// </summary>
internal sealed class ConvolutionReference
{
    private readonly int _inputChannels;
    private readonly int _outputChannels;
    private readonly float[] _kernel;
    private readonly float[] _bias;

    public ConvolutionReference(int inputChannels, int outputChannels, float[] kernelHwio, float[] bias)
    {
        _inputChannels = inputChannels;
        _outputChannels = outputChannels;
        _kernel = kernelHwio;
        _bias = bias;
    }

    /// <summary>y[row, column, k].</summary>
    public double Forward(float[] input, int height, int width, int row, int column, int k)
    {
        double sum = _bias[k];
        foreach ((int r, int s, int y, int x) in Taps(height, width, row, column))
        {
            for (int c = 0; c < _inputChannels; c++)
                sum += (double)input[(y * width + x) * _inputChannels + c] * Weight(r, s, c, k);
        }
        return Math.Max(0, sum);
    }

    /// <summary>dx[row, column, c]: every output that the input element takes part in.</summary>
    public double BackwardInput(float[] gradOutput, int height, int width, int row, int column, int c)
    {
        double sum = 0;
        foreach ((int r, int s, int y, int x) in Taps(height, width, row, column))
        {
            // Output (y, x) reads input (row, column) through tap (row − y + 1, column − x + 1) = (2 − r, 2 − s).
            for (int k = 0; k < _outputChannels; k++)
                sum += (double)gradOutput[(y * width + x) * _outputChannels + k] * Weight(2 - r, 2 - s, c, k);
        }
        return sum;
    }

    private float Weight(int r, int s, int c, int k) =>
        _kernel[((r * 3 + s) * _inputChannels + c) * _outputChannels + k];

    private static IEnumerable<(int R, int S, int Y, int X)> Taps(int height, int width, int row, int column)
    {
        for (int r = 0; r < 3; r++)
        {
            for (int s = 0; s < 3; s++)
            {
                int y = row + r - 1;
                int x = column + s - 1;
                if (y >= 0 && y < height && x >= 0 && x < width)
                    yield return (r, s, y, x);
            }
        }
    }
}
