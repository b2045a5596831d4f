using IlgpuStyle.Kernels.Loss;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The total-variation term: L = a·TV(x), one of the forms of <see cref="TotalVariationForm"/>.
/// Backward: dx (+)= a·∂TV/∂x.
/// </summary>
/// <remarks>Shapes: x [H,W,C ≤ 4], the picture.</remarks>
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

    internal override bool RunsOnWhole => true;

    /// <summary>Records the term; weight is a.</summary>
    /// <exception cref="ArgumentException">More than four channels, or a ReLU's output.</exception>
    public static TotalVariation Record(
        Tape tape, string name, Variable picture, TotalVariationForm form, float weight)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.IsRectified || picture.Shape.Channels > 4)
        {
            throw new ArgumentException(
                $"{name}: '{picture.Name}' is {picture.Shape}{(picture.IsRectified ? " behind a ReLU" : "")}, but a "
                + "picture of at most 4 channels is needed.");
        }
        var operation = new TotalVariation(tape, name, picture, form, weight);
        tape.Record(operation);
        return operation;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, _form, Losses, Slot, Weight);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Input.Value, _form, Input.Gradient, Weight, Write);
}
