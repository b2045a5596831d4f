using IlgpuStyle.Kernels.Loss;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>The content term: L = a·Σ (x − t)². Backward: dx (+)= 2a·(x − t).</summary>
/// <remarks>
/// Shapes: x, t [H,W,C]; the target t is an input of the tape, constant over the replays.
/// Source: Gatys et al. 2015, arXiv:1508.06576, eq. 1.
/// </remarks>
public sealed class SquaredDifference : LossOperation
{
    private readonly Variable _target;
    private readonly SquaredDifferenceForward _forward;
    private readonly SquaredDifferenceBackward _backward;

    private SquaredDifference(Tape tape, string name, Variable input, Variable target, float weight)
        : base(tape, name, input, weight)
    {
        _target = target;
        _forward = tape.Engine.Get(e => new SquaredDifferenceForward(e));
        _backward = tape.Engine.Get(e => new SquaredDifferenceBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>Records the term; weight is a.</summary>
    /// <exception cref="ArgumentException">The target has another shape or is no input of the tape.</exception>
    public static SquaredDifference Record(Tape tape, string name, Variable input, Variable target, float weight)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Shape != input.Shape)
            throw new ArgumentException($"{name}: the target is {target.Shape}, but '{input.Name}' is {input.Shape}.");
        tape.RequireInput(name, target);
        var operation = new SquaredDifference(tape, name, input, target, weight);
        tape.Record(operation);
        return operation;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, _target.Value, Losses, Slot, Weight);

    /// <inheritdoc/>
    public override void Backward() =>
        _backward.Launch(Input.Value, _target.Value, Input.Gradient, Weight, Input.RectifiedBy, Write);
}
