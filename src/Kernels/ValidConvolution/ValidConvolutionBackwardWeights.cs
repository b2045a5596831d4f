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
    private readonly PlainValidConvolution _plain = engine.Get(e => new PlainValidConvolution(e));

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
        _plain.BackwardWeights(input, gradOutput, gradWeights, shape);
    }
}
