using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Kernels.Loss;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The style term: L = a·Σ (G − T)² with the Gram matrix G = s·FᵀF. Backward: D = 2a·(G − T), dF (+)= 2s·F·D.
/// </summary>
/// <remarks>
/// Shapes: F [H,W,C] as M × C with M = H·W; G, T, D [C,C], T constant over the replays.
/// Source: Gatys et al. 2015, arXiv:1508.06576, eqs. 3 to 6.
/// </remarks>
public sealed class GramDifference : LossOperation, ISummedOverWindows
{
    private readonly float _gramScale;
    private readonly int _gramLength;
    private readonly GramForward _gramForward;
    private readonly GramBackward _gramBackward;
    private readonly SquaredDifferenceForward _differenceForward;
    private readonly SquaredDifferenceBackward _differenceBackward;
    private readonly ArrayCombine _combine;
    private readonly Engine _engine;
    private DeviceArray? _target;
    private DeviceArray? _gram;
    private DeviceArray? _gramGradient;

    private GramDifference(Tape tape, string name, Variable input, float gramScale, float weight)
        : base(tape, name, input, weight)
    {
        _gramScale = gramScale;
        _gramLength = input.Shape.Channels * input.Shape.Channels;
        _engine = tape.Engine;
        _combine = tape.Engine.Get(e => new ArrayCombine(e));
        _gramForward = tape.Engine.Get(e => new GramForward(e));
        _gramBackward = tape.Engine.Get(e => new GramBackward(e));
        _differenceForward = tape.Engine.Get(e => new SquaredDifferenceForward(e));
        _differenceBackward = tape.Engine.Get(e => new SquaredDifferenceBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => 3L * _gramLength * sizeof(float);

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input) =>
        [.. GramForward.Scratch(_engine, input), .. GramBackward.Scratch(_engine, input)];

    /// <summary>Records the term; weight is a, gramScale is s.</summary>
    public static GramDifference Record(
        Tape tape, string name, Variable input, float gramScale, float weight)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var operation = new GramDifference(tape, name, input, gramScale, weight);
        tape.Record(operation);
        return operation;
    }

    /// <summary>Sets T, C·C values. The tape must be allocated.</summary>
    /// <exception cref="ArgumentException">Their number is not C·C.</exception>
    public void SetTarget(float[] target) => Allocated(_target).CopyFrom(target);

    /// <inheritdoc/>
    public override void Forward()
    {
        _gramForward.Launch(Input.Value, Allocated(_gram), _gramScale);
        Compare();
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        Differentiate();
        BackwardFeatures();
    }

    void ISummedOverWindows.AddWindow(Tensor inner, bool isFirst)
    {
        // The gradient's place: that comes behind the last window.
        DeviceArray part = Allocated(_gramGradient);
        _gramForward.Launch(inner, part, _gramScale);
        _combine.Add(1, part, Allocated(_gram), isFirst);
    }

    void ISummedOverWindows.EndWindows()
    {
        Compare();
        Differentiate();
    }

    void ISummedOverWindows.BackwardWindow() => BackwardFeatures();

    private void Compare() =>
        _differenceForward.Launch(Allocated(_gram), Allocated(_target), Losses, Slot, Weight);

    private void Differentiate() => _differenceBackward.Launch(
        Allocated(_gram), Allocated(_target), Allocated(_gramGradient), Weight, GradientWrite.Assign);

    private void BackwardFeatures() => _gramBackward.Launch(
        Input.Value, Allocated(_gramGradient), _gramScale, Input.Gradient, Input.RectifiedBy, Write);

    internal override void AllocateWorkspace(Engine engine)
    {
        _target = engine.AllocateArray($"target of {Name}", _gramLength);
        _gram = engine.AllocateArray($"Gram matrix of {Name}", _gramLength);
        _gramGradient = engine.AllocateArray($"gradient of the Gram matrix of {Name}", _gramLength);
    }

    internal override void FreeWorkspace()
    {
        _target?.Dispose();
        _gram?.Dispose();
        _gramGradient?.Dispose();
    }
}
