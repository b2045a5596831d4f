namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// 3×3 convolution with zero padding, bias and ReLU in one: y[i,j,k] = max(0, b[k] + Σ x[i+r−1, j+s−1, c]·w[r,s,c,k]).
/// </summary>
/// <remarks>
/// Shapes: input [H,W,C] → output [H,W,K]. Overwrites output. Keras's convolution, a cross-correlation; source:
/// Simonyan and Zisserman 2014, arXiv:1409.1556. Runs the algorithm that <see cref="ConvolutionPlan"/> chooses.
/// </remarks>
public sealed class ConvolutionForward(Engine engine)
{
    private readonly ConvolutionAlgorithms _algorithms = engine.Get(e => new ConvolutionAlgorithms(e));

    /// <summary>output = convolution of input, rectified.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit the weights.</exception>
    /// <exception cref="DeviceException">The device has too little memory for packed weights or workspace.</exception>
    public void Launch(Tensor input, ConvolutionWeights weights, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weights);
        Require.Shape(nameof(ConvolutionForward), input, input.Shape with { Channels = weights.InputChannels });
        Require.Shape(nameof(ConvolutionForward), output, input.Shape with { Channels = weights.OutputChannels });
        _algorithms.Launch(new ConvolutionPass(
            weights, Backward: false, input, output, RectifiedBy: null, GradientWrite.Assign));
    }
}
