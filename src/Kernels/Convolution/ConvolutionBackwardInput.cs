namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Gradient of a 3×3 convolution with respect to its input: dx[i,j,c] (+)= Σ dy[i+r−1, j+s−1, k]·w[2−r,2−s,c,k].
/// </summary>
/// <remarks>
/// Shapes: gradOutput [H,W,K], of the pre-activation, → gradInput [H,W,C]. With a rectified input the contribution
/// is multiplied by (x &gt; 0). It is the forward convolution with the kernel turned by 180° and its channels
/// swapped, and runs the same algorithms. Weights are constants: they have no gradient.
/// </remarks>
public sealed class ConvolutionBackwardInput(Engine engine)
{
    private readonly ConvolutionAlgorithms _algorithms = engine.Get(e => new ConvolutionAlgorithms(e));

    /// <summary>gradInput (+)= the gradient carried back through the convolution.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit the weights.</exception>
    /// <exception cref="DeviceException">The device has too little memory for packed weights or workspace.</exception>
    public void Launch(
        Tensor gradOutput, ConvolutionWeights weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradOutput);
        ArgumentNullException.ThrowIfNull(weights);
        TensorShape shape = gradOutput.Shape;
        Require.Shape(nameof(ConvolutionBackwardInput), gradOutput, shape with { Channels = weights.OutputChannels });
        Require.Shape(nameof(ConvolutionBackwardInput), gradInput, shape with { Channels = weights.InputChannels });
        if (rectifiedBy is not null)
            Require.Shape(nameof(ConvolutionBackwardInput), rectifiedBy, gradInput.Shape);
        _algorithms.Launch(new ConvolutionPass(
            weights, Backward: true, gradOutput, gradInput, rectifiedBy, write));
    }
}
