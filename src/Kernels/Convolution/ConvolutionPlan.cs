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
}

/// <summary>Which algorithm a convolution runs, and what memory it needs beside its tensors.</summary>
/// <remarks>
/// The rule. On a CPU Winograd is 1.9 to 3.2 times faster than direct on every VGG layer after the first, so it is
/// chosen wherever the channels fill its tiles; direct takes the first layer (3 channels in), a kernel of its own
/// the gradient of the picture (3 channels out), plain what is left. docs/performance.md has the measurements.
/// </remarks>
public static class ConvolutionPlan
{
    /// <summary>Bytes of the engine-wide workspace that a layer needs; one workspace serves all layers.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="input">H × W × C.</param>
    /// <param name="outputChannels">K.</param>
    /// <param name="form">The form asked for.</param>
    /// <param name="backward">Whether the gradient of the input is computed too.</param>
    public static long WorkspaceBytes(
        Engine engine, TensorShape input, int outputChannels, ConvolutionForm form, bool backward)
    {
        ArgumentNullException.ThrowIfNull(engine);
        TensorShape output = input with { Channels = outputChannels };
        long forward = Workspace(engine, form, false, input, output);
        return sizeof(float) * (backward ? Math.Max(forward, Workspace(engine, form, true, output, input)) : forward);
    }

    /// <summary>Bytes of a layer's weights on the device, in every order that its forms read.</summary>
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
        long packed = Planes(Choose(engine.Class, form, false, input, output))
            + (backward ? Planes(Choose(engine.Class, form, true, output, input)) : 0);
        return sizeof(float) * (kept + packed * input.Channels * output.Channels);
    }

    /// <summary>The algorithm for a pass from n to m channels.</summary>
    internal static ConvolutionAlgorithm Choose(
        DeviceClass deviceClass, ConvolutionForm form, bool backward, TensorShape input, TensorShape output)
    {
        if (form == ConvolutionForm.Plain || deviceClass != DeviceClass.Cpu)
            return ConvolutionAlgorithm.Plain;
        if (form != ConvolutionForm.Direct && WinogradCpu.Takes(input, output))
            return ConvolutionAlgorithm.WinogradCpu;
        if (DirectConvolutionCpu.Takes(output))
            return ConvolutionAlgorithm.DirectCpu;
        return backward && PictureGradientCpu.Takes(input, output)
            ? ConvolutionAlgorithm.PictureGradientCpu
            : ConvolutionAlgorithm.Plain;
    }

    private static long Workspace(
        Engine engine, ConvolutionForm form, bool backward, TensorShape input, TensorShape output) =>
        Choose(engine.Class, form, backward, input, output) == ConvolutionAlgorithm.WinogradCpu
            ? WinogradCpu.Workspace(engine, input, output)
            : 0;

    private static long Planes(ConvolutionAlgorithm algorithm) => algorithm switch
    {
        ConvolutionAlgorithm.WinogradCpu => WinogradTile.Products,
        ConvolutionAlgorithm.DirectCpu => ConvolutionWeights.TapCount,
        _ => 0,
    };
}
