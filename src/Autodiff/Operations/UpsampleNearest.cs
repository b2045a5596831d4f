using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Upsampling;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>Twice the size by repeating each pixel 2×2 times. Backward: a pixel gets the sum of its four copies.</summary>
/// <remarks>Shapes: [H,W,C] → [2H,2W,C].</remarks>
public sealed class UpsampleNearest : Operation
{
    private readonly UpsampleNearestForward _forward;
    private readonly UpsampleNearestBackward _backward;

    private UpsampleNearest(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _forward = engine.Get(e => new UpsampleNearestForward(e));
        _backward = engine.Get(e => new UpsampleNearestBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    internal override bool RunsInBands => false;

    /// <summary>Records the operation and returns its output.</summary>
    public static Variable Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(
            name, UpsampleNearestForward.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new UpsampleNearest(tape.Engine, name, input, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write);
}
