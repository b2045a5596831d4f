using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Pooling;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// 2×2 max pooling of stride 2: y[i,j,c] = max x[2i+p, 2j+q, c]. Backward: dy goes to the largest of the four,
/// the first in row-major order among equals; an odd last row or column gets nothing.
/// </summary>
/// <remarks>Shapes: x [H,W,C] → y [⌊H/2⌋,⌊W/2⌋,C]. The winner is found again from x: no index is kept.</remarks>
public sealed class MaxPool : Operation
{
    private readonly MaxPoolForward _forward;
    private readonly MaxPoolBackward _backward;

    private MaxPool(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _forward = engine.Get(e => new MaxPoolForward(e));
        _backward = engine.Get(e => new MaxPoolBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The input is narrower or lower than 2 pixels.</exception>
    public static Variable Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(name, PoolShape.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new MaxPool(tape.Engine, name, input, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Input.Value, Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write);
}
