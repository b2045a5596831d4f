namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// k × k convolution of stride s without padding: y[i,j,k] = b[k] + Σ x[s·i + r, s·j + t, c]·w[r,t,c,k].
/// </summary>
/// <remarks>
/// Shapes: <see cref="ValidConvolutionShape"/>. Overwrites output. ONNX's Conv with pads of 0, a cross-correlation.
/// Weights may change between launches.
/// </remarks>
public sealed class ValidConvolutionForward(Engine engine)
{
    /// <summary>What a launch needs of the memory that all launches of the engine share.</summary>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, in ValidConvolutionShape shape)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return ValidWinogradCpu.TakesForward(engine, shape) ? ValidWinogradCpu.ForwardScratch(engine, shape)
            : WindowConvolution.TakesForward(engine, shape) ? WindowConvolution.ForwardScratch(engine, shape)
            : [];
    }

    /// <summary>output = convolution of input.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Launch(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, int kernel, int stride)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var shape = new ValidConvolutionShape(input.Shape, output.Shape.Channels, kernel, stride);
        shape.Validate(nameof(ValidConvolutionForward));
        Require.Shape(nameof(ValidConvolutionForward), output, shape.Output);
        Require.Length(nameof(ValidConvolutionForward), weights, shape.WeightLength);
        Require.Length(nameof(ValidConvolutionForward), bias, shape.OutputPitch);
        if (ValidWinogradCpu.TakesForward(engine, shape))
            engine.Get(e => new ValidWinogradCpu(e)).Forward(input, weights, bias, output, shape);
        else if (WindowConvolution.TakesForward(engine, shape))
            engine.Get(e => new WindowConvolution(e)).Forward(input, weights, bias, output, shape);
        else
            engine.Get(e => new PlainValidConvolution(e)).Forward(input, weights, bias, output, shape);
    }
}
