using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.Autodiff;

/// <summary>The weights and the bias of a convolution that is trained.</summary>
/// <remarks>
/// On the device as <see cref="ValidConvolutionShape"/> has them; what pads them is zero and so is its gradient.
/// Owned by whoever trains, and shared by tapes of any size.
/// </remarks>
public sealed class ConvolutionParameters : IDisposable
{
    private readonly string _name;

    /// <summary>Allocates zeros.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="name">The layer, for messages.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="kernel">k, the pixels along one side of the kernel.</param>
    /// <param name="trainable">Whether backward passes work out gradients.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public ConvolutionParameters(
        Engine engine, string name, int inputChannels, int outputChannels, int kernel, bool trainable = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        _name = name;
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        Kernel = kernel;
        Weights = new Parameter(
            engine, $"{name} weights", ValidConvolutionShape.LengthOf(inputChannels, outputChannels, kernel),
            trainable);
        Bias = new Parameter(engine, $"{name} bias", ValidConvolutionShape.Padded(outputChannels), trainable);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>K.</summary>
    public int OutputChannels { get; }

    /// <summary>k.</summary>
    public int Kernel { get; }

    /// <summary>[k][k][C][K′].</summary>
    public Parameter Weights { get; }

    /// <summary>[K′].</summary>
    public Parameter Bias { get; }

    /// <summary>Copies a layer's values to the device.</summary>
    /// <param name="oihw">K × C × k × k values.</param>
    /// <param name="bias">K values.</param>
    /// <exception cref="ArgumentException">The numbers of values do not fit.</exception>
    public void SetWeights(ReadOnlySpan<float> oihw, ReadOnlySpan<float> bias)
    {
        if (oihw.Length != (long)OutputChannels * InputChannels * Kernel * Kernel || bias.Length != OutputChannels)
        {
            throw new ArgumentException(
                $"{_name}: {oihw.Length} weights and a bias of {bias.Length} values were passed, but "
                + $"{OutputChannels}×{InputChannels}×{Kernel}×{Kernel} and {OutputChannels} are needed.");
        }
        Weights.Value.CopyFrom(ValidConvolutionShape.FromOihw(oihw, InputChannels, OutputChannels, Kernel));
        float[] padded = new float[Bias.Length];
        bias.CopyTo(padded);
        Bias.Value.CopyFrom(padded);
    }

    /// <summary>The K × C × k × k weights. Waits for the device.</summary>
    public float[] OihwWeights() =>
        ValidConvolutionShape.ToOihw(Weights.Value.ToArray(), InputChannels, OutputChannels, Kernel);

    /// <summary>The K values of the bias. Waits for the device.</summary>
    public float[] BiasValues() => Bias.Value.ToArray()[..OutputChannels];

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Bias.Dispose();
    }
}
