using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// Features times a mask that is constant over the replays: y[p,c] = m[p]·x[p,c]. Backward: dx[p,c] (+)= m[p]·dy[p,c].
/// </summary>
/// <remarks>Shapes: x, y [H,W,C], m [H,W,1].</remarks>
public sealed class MaskedFeatures : Operation
{
    private readonly Variable _mask;
    private readonly PixelMaskForward _forward;
    private readonly PixelMaskBackward _backward;

    private MaskedFeatures(Engine engine, string name, Variable input, Variable mask, Variable output)
        : base(name, input, output)
    {
        _mask = mask;
        _forward = engine.Get(e => new PixelMaskForward(e));
        _backward = engine.Get(e => new PixelMaskBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    internal override IEnumerable<Variable> SideInputs => [_mask];

    /// <summary>Records the operation and returns its output.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="name">Of the operation.</param>
    /// <param name="input">x.</param>
    /// <param name="mask">m: an input of the tape without gradient.</param>
    /// <exception cref="ArgumentException">
    /// The mask has another size or more than one channel, or is no input of the tape.
    /// </exception>
    public static Variable Record(Tape tape, string name, Variable input, Variable mask)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(mask);
        tape.RequireGuide(name, mask, input);
        var output = new Variable(name, input.Shape, isRectified: false, input.RequiresGradient);
        tape.Record(new MaskedFeatures(tape.Engine, name, input, mask, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, _mask.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Output!.Gradient, _mask.Value, Input.Gradient, Input.RectifiedBy, Write);
}
