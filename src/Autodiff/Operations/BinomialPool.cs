using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Pooling;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// 4×4 binomial pooling of stride 2, times a factor: y[i,j,c] = s · Σ b[p]·b[q]·x[2i+p−1, 2j+q−1, c] with
/// b = (1, 3, 3, 1)/8, the edge repeated outside. Backward: each pixel gets of the windows that it is in what it gave.
/// </summary>
/// <remarks>Shapes: x [H,W,C] → y [⌊H/2⌋,⌊W/2⌋,C].</remarks>
public sealed class BinomialPool : Operation
{
    private readonly float _scale;
    private readonly BinomialPoolForward _forward;
    private readonly BinomialPoolBackward _backward;

    private BinomialPool(Engine engine, string name, Variable input, Variable output, float scale)
        : base(name, input, output)
    {
        _scale = scale;
        _forward = engine.Get(e => new BinomialPoolForward(e));
        _backward = engine.Get(e => new BinomialPoolBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    internal override int Radius => 1;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The input is narrower or lower than 2 pixels.</exception>
    public static Variable Record(Tape tape, string name, Variable input, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(name, PoolShape.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new BinomialPool(tape.Engine, name, input, output, scale));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value, _scale);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write, _scale);
}
