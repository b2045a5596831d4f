using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>The content term: L = a·Σ (x − t)². Backward: dx (+)= 2a·(x − t).</summary>
/// <remarks>
/// Shapes: x, t [H,W,C]; the target t is an input of the tape, constant over the replays.
/// Source: Gatys et al. 2015, arXiv:1508.06576, eq. 1.
/// </remarks>
public sealed class SquaredDifference : LossOperation, ISummedOverWindows
{
    private readonly Variable _target;
    private readonly SquaredDifferenceForward _forward;
    private readonly SquaredDifferenceBackward _backward;

    private readonly ArrayCombine _combine;
    private readonly Dot _dot;
    private DeviceArray? _sum;
    private DeviceArray? _part;
    private DeviceArray? _one;

    private SquaredDifference(Tape tape, string name, Variable input, Variable target, float weight)
        : base(tape, name, input, weight)
    {
        _target = target;
        _forward = tape.Engine.Get(e => new SquaredDifferenceForward(e));
        _backward = tape.Engine.Get(e => new SquaredDifferenceBackward(e));
        _combine = tape.Engine.Get(e => new ArrayCombine(e));
        _dot = tape.Engine.Get(e => new Dot(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => 3 * sizeof(float);

    internal override IEnumerable<Variable> SideInputs => [_target];

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

    void ISummedOverWindows.AddWindow(Tensor inner, bool isFirst)
    {
        DeviceArray part = Allocated(_part);
        _forward.Launch(inner, _target.Value, part, 0, Weight);
        _combine.Add(1, part, Allocated(_sum), isFirst);
    }

    void ISummedOverWindows.EndWindows() => _dot.Launch(Allocated(_sum), Allocated(_one), Losses, Slot);

    void ISummedOverWindows.BackwardWindow() => Backward();

    internal override void AllocateWorkspace(Engine engine)
    {
        _sum = engine.AllocateArray($"sum of {Name}", 1);
        _part = engine.AllocateArray($"part of {Name}", 1);
        _one = engine.AllocateArray($"one of {Name}", 1);
        _one.CopyFrom([1]);
    }

    internal override void FreeWorkspace()
    {
        _sum?.Dispose();
        _part?.Dispose();
        _one?.Dispose();
    }
}
