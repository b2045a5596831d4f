using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// k × k convolution of stride s without padding, whose weights and bias are parameters: y = w ∗ x + b. Backward:
/// dw += x ∗ dy, db += Σ dy, and dx (+)= what each output hands back to the inputs that it read.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C] → y [⌊(H − k)/s⌋ + 1, ⌊(W − k)/s⌋ + 1, K]. <see cref="Convolution"/> is the one with frozen
/// weights, zero padding and a ReLU behind it.
/// </remarks>
public sealed class TrainableConvolution : Operation
{
    private readonly Engine _engine;
    private readonly ConvolutionParameters _parameters;
    private readonly int _stride;
    private readonly ValidConvolutionForward _forward;
    private readonly ValidConvolutionBackwardInput _backwardInput;
    private readonly ValidConvolutionBackwardWeights _backwardWeights;
    private readonly PixelSum _backwardBias;

    private TrainableConvolution(
        Engine engine, string name, Variable input, Variable output, ConvolutionParameters parameters, int stride)
        : base(name, [input], output, [parameters.Weights, parameters.Bias])
    {
        _engine = engine;
        _parameters = parameters;
        _stride = stride;
        _forward = engine.Get(e => new ValidConvolutionForward(e));
        _backwardInput = engine.Get(e => new ValidConvolutionBackwardInput(e));
        _backwardWeights = engine.Get(e => new ValidConvolutionBackwardWeights(e));
        _backwardBias = engine.Get(e => new PixelSum(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => _parameters.Weights.IsTrainable;

    internal override bool RunsInBands => false;

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input)
    {
        var shape = new ValidConvolutionShape(input, _parameters.OutputChannels, _parameters.Kernel, _stride);
        IEnumerable<SharedScratch> scratch = ValidConvolutionForward.Scratch(_engine, shape);
        if (_parameters.Weights.IsTrainable)
        {
            scratch = scratch.Concat(ValidConvolutionBackwardWeights.Scratch(_engine, shape))
                .Append(PixelSum.Scratch(shape.Output));
        }
        return Input.RequiresGradient
            ? scratch.Concat(ValidConvolutionBackwardInput.Scratch(_engine, shape))
            : scratch;
    }

    /// <summary>Records the operation and returns its output.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="name">The layer.</param>
    /// <param name="input">x.</param>
    /// <param name="parameters">w and b.</param>
    /// <param name="stride">s, pixels of the input from one output to the next.</param>
    /// <exception cref="ArgumentException">
    /// The input's channels are not those of the weights, or it is smaller than the kernel.
    /// </exception>
    public static Variable Record(
        Tape tape, string name, Variable input, ConvolutionParameters parameters, int stride)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (input.Shape.Channels != parameters.InputChannels)
        {
            throw new ArgumentException(
                $"{name}: the weights take {parameters.InputChannels} channels, "
                + $"but '{input.Name}' has {input.Shape.Channels}.");
        }
        var shape = new ValidConvolutionShape(
            input.Shape, parameters.OutputChannels, parameters.Kernel, stride);
        shape.Validate(name);
        var output = new Variable(
            name, shape.Output, isRectified: false, input.RequiresGradient || parameters.Weights.IsTrainable);
        tape.Record(new TrainableConvolution(tape.Engine, name, input, output, parameters, stride));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(
        Input.Value, _parameters.Weights.Value, _parameters.Bias.Value, Output!.Value, _parameters.Kernel, _stride);

    /// <inheritdoc/>
    public override void Backward()
    {
        Tensor gradOutput = Output!.Gradient;
        if (_parameters.Weights.IsTrainable)
        {
            _backwardWeights.Launch(
                Input.Value, gradOutput, _parameters.Weights.Gradient, _parameters.Kernel, _stride);
            _backwardBias.Launch(gradOutput, _parameters.Bias.Gradient);
        }
        if (Input.RequiresGradient)
        {
            _backwardInput.Launch(gradOutput, _parameters.Weights.Value, Input.Gradient, Input.RectifiedBy, Write,
                _parameters.Kernel, _stride);
        }
    }
}
