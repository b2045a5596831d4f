using IlgpuStyle.Kernels.Loss;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The total-variation term: L = a·TV(x), one of the forms of <see cref="TotalVariationForm"/>.
/// Backward: dx (+)= a·∂TV/∂x.
/// </summary>
/// <remarks>Shapes: x [H,W,3], the picture.</remarks>
public sealed class TotalVariation : LossOperation
{
    private readonly TotalVariationForm _form;
    private readonly TotalVariationForward _forward;
    private readonly TotalVariationBackward _backward;

    private TotalVariation(Tape tape, string name, Variable picture, TotalVariationForm form, float weight)
        : base(tape, name, picture, weight)
    {
        _form = form;
        _forward = tape.Engine.Get(e => new TotalVariationForward(e));
        _backward = tape.Engine.Get(e => new TotalVariationBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>Records the term; weight is a.</summary>
    public static TotalVariation Record(
        Tape tape, string name, Variable picture, TotalVariationForm form, float weight)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var operation = new TotalVariation(tape, name, picture, form, weight);
        tape.Record(operation);
        return operation;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, _form, Losses, Slot, Weight);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Input.Value, _form, Input.Gradient, Weight, Write);
}
