using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Padding;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// One pixel of padding by repeating the edge. Backward: an edge pixel also gets what its copies received.
/// </summary>
/// <remarks>Shapes: [H,W,C] → [H+2,W+2,C].</remarks>
public sealed class ReplicatePad : Operation
{
    private readonly ReplicatePadForward _forward;
    private readonly ReplicatePadBackward _backward;

    private ReplicatePad(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _forward = engine.Get(e => new ReplicatePadForward(e));
        _backward = engine.Get(e => new ReplicatePadBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <summary>Records the operation and returns its output.</summary>
    public static Variable Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(
            name, ReplicatePadForward.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new ReplicatePad(tape.Engine, name, input, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write);
}
