using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Normalization;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// Instance normalisation, with a ReLU behind it where asked for: y = γ·x̂ + β, x̂ = (x − μ)/√(σ² + ε), μ and σ² the mean
/// and the variance of each channel over the pixels. Backward: dβ += Σ dy, dγ += Σ dy·x̂,
/// dx (+)= γ/√(σ² + ε) · (dy − Σ dy/M − x̂·Σ dy·x̂/M), M = H·W.
/// </summary>
/// <remarks>
/// Shapes: x, y [H,W,C]; γ, β [C]. Source: Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022.
/// </remarks>
public sealed class InstanceNormalization : Operation
{
    private readonly Parameter _scale;
    private readonly Parameter _bias;
    private readonly float _epsilon;
    private readonly InstanceStatistics _statisticsForward;
    private readonly InstanceNormalizationForward _forward;
    private readonly InstanceNormalizationBackward _backward;
    private DeviceArray? _statistics;
    private DeviceArray? _sums;

    private InstanceNormalization(
        Engine engine, string name, Variable input, Variable output, Parameter scale, Parameter bias, float epsilon)
        : base(name, [input], output, [scale, bias])
    {
        _scale = scale;
        _bias = bias;
        _epsilon = epsilon;
        _statisticsForward = engine.Get(e => new InstanceStatistics(e));
        _forward = engine.Get(e => new InstanceNormalizationForward(e));
        _backward = engine.Get(e => new InstanceNormalizationBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => sizeof(float)
        * ((long)InstanceStatistics.Length(Input.Shape) + InstanceNormalizationBackward.Length(Input.Shape));

    internal override bool RunsInBands => false;

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input)
    {
        SharedScratch forward = InstanceStatistics.Scratch(input);
        return RequiresBackward ? [forward, InstanceNormalizationBackward.Scratch(input)] : [forward];
    }

    /// <summary>Records the operation and returns its output.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="name">The layer.</param>
    /// <param name="input">x.</param>
    /// <param name="scale">γ.</param>
    /// <param name="bias">β; trainable if γ is.</param>
    /// <param name="epsilon">ε, added to the variance; positive.</param>
    /// <param name="rectified">Whether the output is max(0, y).</param>
    /// <exception cref="ArgumentException">
    /// A parameter has not one element for each channel, only one of them is trainable, or ε is not positive.
    /// </exception>
    public static Variable Record(
        Tape tape, string name, Variable input, Parameter scale, Parameter bias, float epsilon, bool rectified)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(bias);
        foreach (Parameter parameter in (Parameter[])[scale, bias])
        {
            if (parameter.Length != input.Shape.Channels)
            {
                throw new ArgumentException(
                    $"{name}: '{parameter.Name}' has {parameter.Length} elements, but '{input.Name}' has "
                    + $"{input.Shape.Channels} channels.");
            }
        }
        if (scale.IsTrainable != bias.IsTrainable)
            throw new ArgumentException($"{name}: only one of '{scale.Name}' and '{bias.Name}' is trainable.");
        if (!(epsilon > 0))
            throw new ArgumentException($"{name}: epsilon must be positive, not {epsilon}.");
        var output = new Variable(name, input.Shape, rectified, input.RequiresGradient || scale.IsTrainable);
        tape.Record(new InstanceNormalization(tape.Engine, name, input, output, scale, bias, epsilon));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward()
    {
        DeviceArray statistics = Allocated(_statistics);
        _statisticsForward.Launch(Input.Value, _epsilon, statistics);
        _forward.Launch(Input.Value, statistics, _scale.Value, _bias.Value, Output!.Value, Output.IsRectified);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        DeviceArray statistics = Allocated(_statistics);
        DeviceArray sums = Allocated(_sums);
        _backward.LaunchSums(
            Input.Value, Output!.Gradient, statistics, sums,
            _scale.IsTrainable ? (_scale.Gradient, _bias.Gradient) : null);
        if (Input.RequiresGradient)
        {
            _backward.Launch(
                Input.Value, Output.Gradient, statistics, sums, _scale.Value, Input.Gradient, Input.RectifiedBy, Write);
        }
    }

    internal override void AllocateWorkspace(Engine engine)
    {
        _statistics = engine.AllocateArray($"statistics of {Name}", InstanceStatistics.Length(Input.Shape));
        _sums = engine.AllocateArray($"gradient sums of {Name}", InstanceNormalizationBackward.Length(Input.Shape));
    }

    internal override void FreeWorkspace()
    {
        _statistics?.Dispose();
        _sums?.Dispose();
    }
}
