namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Gradient of <see cref="ValidConvolutionForward"/> with respect to its input: dx[h,v,c] (+)= Σ dy[i,j,k]·
/// w[h − s·i, v − s·j, c, k] over the outputs (i,j) that read (h,v).
/// </summary>
/// <remarks>
/// Shapes: <see cref="ValidConvolutionShape"/>. With a rectified input the contribution is multiplied by (x &gt; 0).
/// </remarks>
public sealed class ValidConvolutionBackwardInput(Engine engine)
{
    /// <summary>What a launch needs of the memory that all launches of the engine share.</summary>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, in ValidConvolutionShape shape)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return ValidWinogradCpu.TakesBackward(engine, shape) ? ValidWinogradCpu.BackwardScratch(engine, shape)
            : WindowConvolution.TakesBackward(engine, shape) ? WindowConvolution.BackwardScratch(engine, shape)
            : [];
    }

    /// <summary>gradInput (+)= the gradient carried back through the convolution.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Launch(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write, int kernel,
        int stride)
    {
        ArgumentNullException.ThrowIfNull(gradOutput);
        ArgumentNullException.ThrowIfNull(gradInput);
        var shape = new ValidConvolutionShape(gradInput.Shape, gradOutput.Shape.Channels, kernel, stride);
        shape.Validate(nameof(ValidConvolutionBackwardInput));
        Require.Shape(nameof(ValidConvolutionBackwardInput), gradOutput, shape.Output);
        Require.Length(nameof(ValidConvolutionBackwardInput), weights, shape.WeightLength);
        if (rectifiedBy is not null)
            Require.Shape(nameof(ValidConvolutionBackwardInput), rectifiedBy, gradInput.Shape);
        if (ValidWinogradCpu.TakesBackward(engine, shape))
            engine.Get(e => new ValidWinogradCpu(e)).BackwardInput(
                gradOutput, weights, gradInput, rectifiedBy, write, shape);
        else if (WindowConvolution.TakesBackward(engine, shape))
            engine.Get(e => new WindowConvolution(e)).BackwardInput(
                gradOutput, weights, gradInput, rectifiedBy, write, shape);
        else
            engine.Get(e => new PlainValidConvolution(e)).BackwardInput(
                gradOutput, weights, gradInput, rectifiedBy, write, shape);
    }
}
