using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Pooling;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// 2×2 average pooling of stride 2, times a factor: y[i,j,c] = s/4 · Σ x[2i+p, 2j+q, c].
/// Backward: dx[2i+p, 2j+q, c] (+)= s/4 · dy[i,j,c]; an odd last row or column gets nothing.
/// </summary>
/// <remarks>Shapes: x [H,W,C] → y [⌊H/2⌋,⌊W/2⌋,C].</remarks>
public sealed class AveragePool : Operation
{
    private readonly float _scale;
    private readonly AveragePoolForward _forward;
    private readonly AveragePoolBackward _backward;

    private AveragePool(Engine engine, string name, Variable input, Variable output, float scale)
        : base(name, input, output)
    {
        _scale = scale;
        _forward = engine.Get(e => new AveragePoolForward(e));
        _backward = engine.Get(e => new AveragePoolBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The input is narrower or lower than 2 pixels.</exception>
    public static Variable Record(Tape tape, string name, Variable input, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(name, PoolShape.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new AveragePool(tape.Engine, name, input, output, scale));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value, _scale);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write, _scale);
}
