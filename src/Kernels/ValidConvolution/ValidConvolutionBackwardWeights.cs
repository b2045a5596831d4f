namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Gradient of <see cref="ValidConvolutionForward"/> with respect to its weights:
/// dw[r,t,c,k] += Σ x[s·i + r, s·j + t, c]·dy[i,j,k] over the output pixels (i,j).
/// </summary>
/// <remarks>
/// Shapes: <see cref="ValidConvolutionShape"/>. Adds to what is there; fixed order, no atomics.
/// </remarks>
public sealed class ValidConvolutionBackwardWeights(Engine engine)
{
    /// <summary>What a launch needs of the memory that all launches of the engine share.</summary>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, in ValidConvolutionShape shape)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.Class == DeviceClass.Gpu ? WeightProductGpu.Scratch(shape)
            : WeightGradientCpu.Takes(shape) ? WeightGradientCpu.Scratch(engine, shape)
            : [];
    }

    /// <summary>gradWeights += the gradient over all pixels.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Launch(Tensor input, Tensor gradOutput, DeviceArray gradWeights, int kernel, int stride)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(gradOutput);
        var shape = new ValidConvolutionShape(input.Shape, gradOutput.Shape.Channels, kernel, stride);
        shape.Validate(nameof(ValidConvolutionBackwardWeights));
        Require.Shape(nameof(ValidConvolutionBackwardWeights), gradOutput, shape.Output);
        Require.Length(nameof(ValidConvolutionBackwardWeights), gradWeights, shape.WeightLength);
        if (engine.Class == DeviceClass.Gpu)
            engine.Get(e => new WeightProductGpu(e)).Launch(input, gradOutput, gradWeights, shape);
        else if (WeightGradientCpu.Takes(shape))
            engine.Get(e => new WeightGradientCpu(e)).Launch(input, gradOutput, gradWeights, shape);
        else
            engine.Get(e => new PlainValidConvolution(e)).BackwardWeights(input, gradOutput, gradWeights, shape);
    }
}
