using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Moments;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The style term L = s·(a·Σ (μ − μ*)² + b·Σ (σ − σ*)²) of the channels' means μ and standard deviations σ.
/// Backward: dF (+)= s·(2a/M·T·(μ − μ*) + 2b/M·(σ − σ*)/σ·(F − T·μ)), the latter 0 where σ is.
/// </summary>
/// <remarks>
/// Where pixels count differently, F holds the features times T, whose squares add up to M, and a pixel has the weight
/// T²/M: μ = Σ T·F/M, σ² = Σ (F − T·μ)²/M. Shapes: F [H,W,C], M = H·W; T [H,W,1]; the statistics [C]. Source: Galerne,
/// Raad, Lezama and Morel 2024, arXiv:2212.13459.
/// </remarks>
public sealed class MomentDifference : LossOperation, ISummedOverWindows
{
    private const int Targets = 2;

    private readonly ChannelMoments _moments;
    private readonly MomentDifferenceForward _differenceForward;
    private readonly MomentDifferenceBackward _differenceBackward;
    private readonly Variable? _guide;
    private DeviceArray? _targetMeans;
    private DeviceArray? _targetDeviations;

    private MomentDifference(Tape tape, string name, Variable input, Variable? guide)
        : base(tape, name, input, weight: 0)
    {
        Engine engine = tape.Engine;
        _guide = guide;
        _moments = new ChannelMoments(engine, name, input.Shape);
        _differenceForward = engine.Get(e => new MomentDifferenceForward(e));
        _differenceBackward = engine.Get(e => new MomentDifferenceBackward(e));
    }

    /// <summary>a and b. May be set between replays, as the weight s.</summary>
    public MomentFactors Factors { get; set; } = new(1, 1);

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes =>
        Targets * (long)Input.Shape.Channels * sizeof(float) + _moments.WorkspaceBytes;

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input) =>
        [.. ChannelMoments.Scratch(input), MomentDifferenceBackward.Scratch(input)];

    internal override IEnumerable<Variable> SideInputs => _guide is null ? [] : [_guide];

    /// <summary>Records the term, whose weight is 0 until it is set.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="name">Of the term.</param>
    /// <param name="input">F.</param>
    /// <param name="guide">T, an input of the tape that the features have been multiplied by; null for none.</param>
    /// <exception cref="ArgumentException">
    /// The guide has another size or more than one channel, or is no input of the tape.
    /// </exception>
    public static MomentDifference Record(Tape tape, string name, Variable input, Variable? guide)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        tape.RequireGuide(name, guide, input);
        var operation = new MomentDifference(tape, name, input, guide);
        tape.Record(operation);
        return operation;
    }

    /// <summary>Sets μ* and σ*, C values each. The tape must be allocated.</summary>
    /// <exception cref="ArgumentException">Their numbers are not C.</exception>
    public void SetTarget(float[] means, float[] deviations)
    {
        Allocated(_targetMeans).CopyFrom(means);
        Allocated(_targetDeviations).CopyFrom(deviations);
    }

    /// <inheritdoc/>
    public override void Forward()
    {
        _moments.Launch(Input.Value, _guide?.Value);
        Compare();
    }

    /// <inheritdoc/>
    public override void Backward() => _differenceBackward.Launch(
        Input.Value, _guide?.Value, _moments.Means, Allocated(_targetMeans), _moments.Deviations,
        Allocated(_targetDeviations), Weighted(BoundShare), Input.Gradient, Input.RectifiedBy, Write);

    void ISummedOverWindows.AddWindow(Tensor inner, bool isFirst) =>
        _moments.AddWindow(inner, _guide?.Value, isFirst);

    void ISummedOverWindows.EndWindows()
    {
        _moments.EndWindows();
        Compare();
    }

    void ISummedOverWindows.BackwardWindow() => Backward();

    internal override void AllocateWorkspace(Engine engine)
    {
        int channels = Input.Shape.Channels;
        _moments.Allocate();
        _targetMeans = engine.AllocateArray($"target means of {Name}", channels);
        _targetDeviations = engine.AllocateArray($"target deviations of {Name}", channels);
    }

    internal override void FreeWorkspace()
    {
        _moments.Free();
        _targetMeans?.Dispose();
        _targetDeviations?.Dispose();
    }

    private void Compare() => _differenceForward.Launch(
        _moments.Means, Allocated(_targetMeans), _moments.Deviations, Allocated(_targetDeviations), Losses, Slot,
        Weighted(1));

    /// <param name="share">The bound pixels in relation to all, where a kernel divides by their number.</param>
    private MomentFactors Weighted(float share) =>
        new(share * Weight * Factors.Mean, share * Weight * Factors.Deviation);
}
