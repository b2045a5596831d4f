using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// 3×3 convolution with frozen weights, bias and ReLU: y = max(0, w ∗ x + b), the same size, zero padding.
/// Backward: dx (+)= w rotated by 180°, in and out channels swapped, ∗ dy, where dy is the gradient of the
/// pre-activation (the output is rectified).
/// </summary>
/// <remarks>Shapes: x [H,W,C] → y [H,W,K]. Weights get no gradient: the picture is what is optimised.</remarks>
public sealed class Convolution : Operation
{
    private readonly Engine _engine;
    private readonly ConvolutionWeights _weights;
    private readonly ConvolutionForward _forward;
    private readonly ConvolutionBackwardInput _backward;

    private Convolution(Engine engine, string name, Variable input, Variable output, ConvolutionWeights weights)
        : base(name, input, output)
    {
        _engine = engine;
        _weights = weights;
        _forward = engine.Get(e => new ConvolutionForward(e));
        _backward = engine.Get(e => new ConvolutionBackwardInput(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input) => ConvolutionPlan.Scratch(
        _engine, input, Output!.Shape.Channels, Form, Input.RequiresGradient);

    /// <summary>Records the operation and returns its rectified output.</summary>
    /// <exception cref="ArgumentException">The input's channels are not those of the weights.</exception>
    public static Variable Record(Tape tape, string name, Variable input, ConvolutionWeights weights)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weights);
        if (input.Shape.Channels != weights.InputChannels)
        {
            throw new ArgumentException(
                $"{name}: the weights take {weights.InputChannels} channels, "
                + $"but '{input.Name}' has {input.Shape.Channels}.");
        }
        var output = new Variable(
            name, input.Shape with { Channels = weights.OutputChannels }, isRectified: true, input.RequiresGradient);
        tape.Record(new Convolution(tape.Engine, name, input, output, weights));
        return output;
    }

    internal override int Radius => 1;

    /// <summary>How it is computed.</summary>
    public ConvolutionForm Form => _weights.Form;

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, _weights, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Output!.Gradient, _weights, Input.Gradient, Input.RectifiedBy, Write);
}
