using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Padding;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// Padding by reflection, the edge not repeated. Backward: a pixel also gets what its mirror images received.
/// </summary>
/// <remarks>Shapes: [H,W,C] → [H+2p,W+2p,C].</remarks>
public sealed class ReflectPad : Operation
{
    private readonly ReflectPadForward _forward;
    private readonly ReflectPadBackward _backward;

    private ReflectPad(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _forward = engine.Get(e => new ReflectPadForward(e));
        _backward = engine.Get(e => new ReflectPadBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    internal override bool RunsInBands => false;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The padding is negative, or not smaller than both sides.</exception>
    public static Variable Record(Tape tape, string name, Variable input, int padding)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(
            name, ReflectPadForward.Output(input.Shape, padding), isRectified: false, input.RequiresGradient);
        tape.Record(new ReflectPad(tape.Engine, name, input, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write);
}
