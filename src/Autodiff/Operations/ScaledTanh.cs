using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>A soft limit to b ± a: y = a·tanh x + b. Backward: dx (+)= a·(1 − tanh² x)·dy.</summary>
/// <remarks>Shapes: x, y [H,W,C].</remarks>
public sealed class ScaledTanh : Operation
{
    private readonly float _factor;
    private readonly float _offset;
    private readonly ScaledTanhForward _forward;
    private readonly ScaledTanhBackward _backward;

    private ScaledTanh(Engine engine, string name, Variable input, Variable output, float factor, float offset)
        : base(name, input, output)
    {
        _factor = factor;
        _offset = offset;
        _forward = engine.Get(e => new ScaledTanhForward(e));
        _backward = engine.Get(e => new ScaledTanhBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>Records the operation and returns its output.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="name">The layer.</param>
    /// <param name="input">x.</param>
    /// <param name="factor">a.</param>
    /// <param name="offset">b.</param>
    public static Variable Record(Tape tape, string name, Variable input, float factor, float offset)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(name, input.Shape, isRectified: false, input.RequiresGradient);
        tape.Record(new ScaledTanh(tape.Engine, name, input, output, factor, offset));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value, _factor, _offset);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(
        Input.Value, Output!.Gradient, Input.Gradient, _factor, Input.RectifiedBy, Write);
}
