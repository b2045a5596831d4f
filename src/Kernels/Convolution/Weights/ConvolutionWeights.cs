using System.Buffers;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Kernel and bias of one 3×3 convolution on the device, in every order that the forms in use read.
/// </summary>
/// <remarks>
/// Kept in the order of <see cref="TapLayout"/>, with channels padded by zeros to a multiple of 8. A form's own order
/// is made from it on the device when the form first runs, and kept; but on a CPU, whose memory is the host's,
/// Winograd's products, four times the kernel for each direction, are made anew for each pass
/// (<see cref="WinogradWeightsCpu"/>). Constant: there is no gradient for them.
/// </remarks>
public sealed class ConvolutionWeights : IDisposable
{
    /// <summary>3 × 3.</summary>
    internal const int TapCount = 9;

    private readonly Engine _engine;
    private readonly Dictionary<WeightOrder, DeviceArray> _packed = [];

    private ConvolutionWeights(Engine engine, string name, int inputChannels, int outputChannels, ConvolutionForm form)
    {
        _engine = engine;
        Name = name;
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        Form = form;
        TapBlock = engine.Class == DeviceClass.Cpu && outputChannels % RegisterTile.Columns == 0
            ? RegisterTile.Columns
            : Padded(outputChannels);
        Taps = engine.AllocateUninitializedArray(
            $"{name} kernel", (long)TapCount * Padded(inputChannels) * Padded(outputChannels));
        Bias = engine.AllocateArray($"{name} bias", Padded(outputChannels));
        NoBias = engine.AllocateArray($"{name} no bias", Padded(inputChannels));
    }

    /// <summary>The layer, for messages.</summary>
    public string Name { get; }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>K.</summary>
    public int OutputChannels { get; }

    /// <summary>The form asked for.</summary>
    public ConvolutionForm Form { get; }

    /// <summary>The kernel, as <see cref="TapLayout"/> has it.</summary>
    internal DeviceArray Taps { get; }

    /// <summary>Output channels that lie side by side in <see cref="Taps"/>.</summary>
    internal int TapBlock { get; }

    /// <summary>[K′].</summary>
    internal DeviceArray Bias { get; }

    /// <summary>[C′] zeros: the backward pass's.</summary>
    internal DeviceArray NoBias { get; }

    /// <summary>Copies a layer's weights to the device.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="name">The layer, for messages.</param>
    /// <param name="kernelHwio">
    /// 3 × 3 × C × K, as Keras stores a kernel; the convolution is a cross-correlation.
    /// </param>
    /// <param name="bias">K values.</param>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="form">How to compute the convolution.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the channels.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public static ConvolutionWeights Upload(
        Engine engine, string name, float[] kernelHwio, float[] bias, int inputChannels, int outputChannels,
        ConvolutionForm form = ConvolutionForm.Auto)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(kernelHwio);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputChannels, 1);
        if (kernelHwio.LongLength != (long)TapCount * inputChannels * outputChannels)
        {
            throw new ArgumentException(
                $"{name}: the kernel has {kernelHwio.Length} values, but 3×3×{inputChannels}×{outputChannels} are "
                + "needed.");
        }
        if (bias.Length != outputChannels)
            throw new ArgumentException($"{name}: the bias has {bias.Length} values, but {outputChannels} are needed.");

        var weights = new ConvolutionWeights(engine, name, inputChannels, outputChannels, form);
        weights.Arrange(kernelHwio);
        weights.Bias.CopyFrom(Pad(bias, outputChannels));
        return weights;
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        foreach (DeviceArray packed in _packed.Values)
            packed.Dispose();
        _packed.Clear();
        Taps.Dispose();
        Bias.Dispose();
        NoBias.Dispose();
    }

    /// <summary>The kernel in a form's own order.</summary>
    internal DeviceArray Packed(WeightOrder order)
    {
        if (order == new WeightOrder(
            WeightTransform.Taps, Backward: false, Padded(InputChannels), Padded(OutputChannels), TapBlock))
        {
            return Taps;
        }
        if (!_packed.TryGetValue(order, out DeviceArray? packed))
        {
            packed = _engine.AllocateArray($"{Name} kernel, {order.Transform}", order.Length);
            _engine.Get(engine => new WeightPacking(engine)).Pack(this, order, packed);
            _packed.Add(order, packed);
        }
        return packed;
    }

    internal static int Padded(int channels) => new TensorShape(1, 1, channels).PaddedChannels;

    /// <summary>Copies a kernel of Keras's order to the device, in that of <see cref="TapLayout"/>.</summary>
    private void Arrange(float[] kernel)
    {
        int pitch = Padded(InputChannels);
        float[] staged = ArrayPool<float>.Shared.Rent((int)Taps.Length);
        Span<float> arranged = staged.AsSpan(0, (int)Taps.Length);
        if (kernel.Length != arranged.Length)
            arranged.Clear();
        for (int row = 0; row < TapCount * InputChannels; row++)
        {
            int tap = row / InputChannels;
            int channel = row % InputChannels;
            for (int first = 0; first < OutputChannels; first += TapBlock)
            {
                kernel.AsSpan(row * OutputChannels + first, Math.Min(TapBlock, OutputChannels - first)).CopyTo(
                    arranged[(((first / TapBlock * TapCount + tap) * pitch + channel) * TapBlock)..]);
            }
        }
        Taps.CopyFrom(arranged);
        ArrayPool<float>.Shared.Return(staged);
    }

    private static float[] Pad(float[] bias, int outputChannels)
    {
        float[] padded = new float[Padded(outputChannels)];
        bias.CopyTo(padded, 0);
        return padded;
    }
}
