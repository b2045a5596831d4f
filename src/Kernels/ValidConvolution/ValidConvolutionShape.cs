namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// The sizes of a k × k convolution without padding ("valid") and where its weights lie on the device.
/// </summary>
/// <remarks>
/// Input [H,W,C] → output [⌊(H − k)/s⌋ + 1, ⌊(W − k)/s⌋ + 1, K]. Weights [k][k][C][K′], by row and column of the
/// kernel, K′ the next multiple of 16; bias [K′]. What lies past K is zero, gradients included.
/// </remarks>
/// <param name="Input">H × W × C.</param>
/// <param name="OutputChannels">K.</param>
/// <param name="Kernel">k, the pixels along one side of the kernel.</param>
/// <param name="Stride">s, pixels of the input from one output to the next.</param>
public readonly record struct ValidConvolutionShape(TensorShape Input, int OutputChannels, int Kernel, int Stride)
{
    /// <summary>K′ is a multiple of this.</summary>
    private const int OutputMultiple = 16;

    /// <summary>The output's size.</summary>
    public TensorShape Output => new(
        (Input.Height - Kernel) / Stride + 1, (Input.Width - Kernel) / Stride + 1, OutputChannels);

    /// <summary>K′: output channels as the weights have them.</summary>
    public int OutputPitch => Padded(OutputChannels);

    /// <summary>Floats of the weights: k · k · C · K′.</summary>
    public int WeightLength => LengthOf(Input.Channels, OutputChannels, Kernel);

    /// <summary>Floating-point operations of one pass: 2 · k · k · C · K for each output pixel.</summary>
    internal double Flop => 2.0 * Kernel * Kernel * Input.Channels * Output.Length;

    /// <summary>Zeros that the gradient of the input reads around that of the output.</summary>
    internal int BackwardMargin => (Kernel + Stride - 2) / Stride;

    /// <summary>K′ of so many output channels.</summary>
    public static int Padded(int outputChannels) =>
        (outputChannels + OutputMultiple - 1) / OutputMultiple * OutputMultiple;

    /// <summary>Floats of the weights: k · k · C · K′.</summary>
    public static int LengthOf(int inputChannels, int outputChannels, int kernel) =>
        checked(kernel * kernel * inputChannels * Padded(outputChannels));

    /// <summary>Weights on the device from the host's, K × C × k × k, as ONNX stores them.</summary>
    /// <exception cref="ArgumentException">There are not K · C · k · k of them.</exception>
    public static float[] FromOihw(ReadOnlySpan<float> oihw, int inputChannels, int outputChannels, int kernel)
    {
        if (oihw.Length != (long)outputChannels * inputChannels * kernel * kernel)
        {
            throw new ArgumentException(
                $"A kernel of {outputChannels}×{inputChannels}×{kernel}×{kernel} has no {oihw.Length} values.");
        }
        float[] weights = new float[LengthOf(inputChannels, outputChannels, kernel)];
        for (int i = 0; i < oihw.Length; i++)
            weights[Place(i, inputChannels, outputChannels, kernel)] = oihw[i];
        return weights;
    }

    /// <summary>The host's weights from those on the device.</summary>
    /// <exception cref="ArgumentException">Their number is not <see cref="LengthOf"/>.</exception>
    public static float[] ToOihw(ReadOnlySpan<float> weights, int inputChannels, int outputChannels, int kernel)
    {
        if (weights.Length != LengthOf(inputChannels, outputChannels, kernel))
        {
            throw new ArgumentException(
                $"A kernel of {outputChannels}×{inputChannels}×{kernel}×{kernel} has no {weights.Length} values "
                + "on the device.");
        }
        float[] oihw = new float[outputChannels * inputChannels * kernel * kernel];
        for (int i = 0; i < oihw.Length; i++)
            oihw[i] = weights[Place(i, inputChannels, outputChannels, kernel)];
        return oihw;
    }

    /// <summary>Throws unless there is at least one output pixel.</summary>
    /// <exception cref="ArgumentException">The kernel is larger than the input.</exception>
    public void Validate(string operation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        if (Input.Height < Kernel || Input.Width < Kernel)
            throw new ArgumentException($"{operation}: a kernel of {Kernel}×{Kernel} does not fit into {Input}.");
    }

    private static int Place(int oihw, int inputChannels, int outputChannels, int kernel)
    {
        int taps = kernel * kernel;
        int k = oihw / (inputChannels * taps);
        int c = oihw / taps % inputChannels;
        return (oihw % taps * inputChannels + c) * Padded(outputChannels) + k;
    }
}

/// <summary>The kernel-side twin of <see cref="ValidConvolutionShape"/>.</summary>
internal readonly struct KernelTaps
{
    public KernelTaps(ValidConvolutionShape shape)
    {
        Side = shape.Kernel;
        Stride = shape.Stride;
        Channels = shape.Input.Channels;
        Pitch = shape.OutputPitch;
    }

    /// <summary>k.</summary>
    public readonly int Side;

    /// <summary>s.</summary>
    public readonly int Stride;

    /// <summary>C.</summary>
    public readonly int Channels;

    /// <summary>K′.</summary>
    public readonly int Pitch;

    /// <summary>Where the weights of a tap and an input channel begin.</summary>
    public int Offset(int row, int column, int channel) => ((row * Side + column) * Channels + channel) * Pitch;
}
