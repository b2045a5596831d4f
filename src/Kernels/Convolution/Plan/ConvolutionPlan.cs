namespace IlgpuStyle.Kernels.Convolution;

/// <summary>The algorithms behind <see cref="ConvolutionForm"/>.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary><see cref="PlainConvolution"/>.</summary>
    Plain,

    /// <summary><see cref="DirectConvolutionCpu"/>.</summary>
    DirectCpu,

    /// <summary><see cref="PictureGradientCpu"/>.</summary>
    PictureGradientCpu,

    /// <summary><see cref="WinogradCpu"/>.</summary>
    WinogradCpu,

    /// <summary><see cref="PixelProductGpu"/>.</summary>
    DirectGpu,

    /// <summary><see cref="PictureGradientGpu"/>.</summary>
    PictureGradientGpu,

    /// <summary><see cref="WinogradGpu"/>.</summary>
    WinogradGpu,
}

/// <summary>Which algorithm a convolution runs, and what memory it needs beside its tensors.</summary>
/// <remarks>
/// The rule. On a CPU Winograd is 2.3 to 2.9 times faster than direct on every VGG layer after the first, so it is
/// chosen wherever the channels fill its tiles; on a GPU where both channel counts are multiples of 64. Direct takes
/// the first layer (3 channels in), a kernel of its own the gradient of the picture (3 channels out), plain what is
/// left. docs/performance.md has the measurements.
/// </remarks>
public static class ConvolutionPlan
{
    /// <summary>What a layer needs of the engine's shared workspace.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="input">H × W × C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="form">The form asked for.</param>
    /// <param name="backward">Whether the gradient of the input is computed too.</param>
    public static IEnumerable<SharedScratch> Scratch(
        Engine engine, TensorShape input, int outputChannels, ConvolutionForm form, bool backward)
    {
        ArgumentNullException.ThrowIfNull(engine);
        TensorShape output = input with { Channels = outputChannels };
        IEnumerable<SharedScratch> forward = Scratch(engine, form, false, input, output);
        return backward ? forward.Concat(Scratch(engine, form, true, output, input)) : forward;
    }

    /// <summary>Bytes of a layer's weights that stay on the device, in every order that its forms keep.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="input">H × W × C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="form">The form asked for.</param>
    /// <param name="backward">Whether the gradient of the input is computed too.</param>
    public static long WeightBytes(
        Engine engine, TensorShape input, int outputChannels, ConvolutionForm form, bool backward)
    {
        ArgumentNullException.ThrowIfNull(engine);
        TensorShape output = input with { Channels = outputChannels };
        long kept = (long)ConvolutionWeights.TapCount * input.PaddedChannels * output.PaddedChannels
            + input.PaddedChannels + output.PaddedChannels;
        long packed = Packed(engine, form, false, input, output)
            + (backward ? Packed(engine, form, true, output, input) : 0);
        return sizeof(float) * (kept + packed);
    }

    /// <summary>The algorithm for a pass from n to m channels.</summary>
    internal static ConvolutionAlgorithm Choose(
        DeviceClass deviceClass, ConvolutionForm form, bool backward, TensorShape input, TensorShape output)
    {
        bool winograd = form is ConvolutionForm.Auto or ConvolutionForm.Winograd;
        return (form, deviceClass) switch
        {
            (ConvolutionForm.Plain, _) => ConvolutionAlgorithm.Plain,
            (_, DeviceClass.Cpu) => winograd && WinogradCpu.Takes(input, output) ? ConvolutionAlgorithm.WinogradCpu
                : DirectConvolutionCpu.Takes(output) ? ConvolutionAlgorithm.DirectCpu
                : backward && PictureGradientCpu.Takes(input, output) ? ConvolutionAlgorithm.PictureGradientCpu
                : ConvolutionAlgorithm.Plain,
            _ => winograd && WinogradGpu.Takes(input, output) ? ConvolutionAlgorithm.WinogradGpu
                : PixelProductGpu.Takes(output.Channels) ? ConvolutionAlgorithm.DirectGpu
                : backward && PictureGradientGpu.Takes(output) ? ConvolutionAlgorithm.PictureGradientGpu
                : ConvolutionAlgorithm.Plain,
        };
    }

    private static IEnumerable<SharedScratch> Scratch(
        Engine engine, ConvolutionForm form, bool backward, TensorShape input, TensorShape output) =>
        Choose(engine.Class, form, backward, input, output) switch
        {
            ConvolutionAlgorithm.WinogradCpu => WinogradCpu.Scratch(engine, input, output),
            ConvolutionAlgorithm.WinogradGpu => ConvolutionWorkspace.Needs(WinogradGpu.Workspace(input, output), 0),
            _ => [],
        };

    private static long Packed(
        Engine engine, ConvolutionForm form, bool backward, TensorShape input, TensorShape output) =>
        Choose(engine.Class, form, backward, input, output) switch
        {
            ConvolutionAlgorithm.WinogradGpu => Products(input, output),
            // Forward reads what is kept, but for the padding of few channels.
            ConvolutionAlgorithm.DirectCpu when backward || input.Channels != input.PaddedChannels =>
                (long)ConvolutionWeights.TapCount * input.Channels * output.Channels,
            ConvolutionAlgorithm.DirectGpu when backward =>
                (long)ConvolutionWeights.TapCount * input.PaddedChannels * output.Channels,
            _ => 0,
        };

    private static long Products(TensorShape input, TensorShape output) =>
        (long)WinogradTile.Products * input.Channels * output.Channels;
}
