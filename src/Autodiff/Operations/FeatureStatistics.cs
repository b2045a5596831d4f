using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Gram;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// What style losses compare of a layer, for the host to read: the Gram matrix G = s·FᵀF and, where they are asked for,
/// the mean μ and the standard deviation σ of each channel.
/// </summary>
/// <remarks>
/// Where pixels count differently, F holds the features times T, whose squares add up to M: μ = Σ T·F/M,
/// σ² = Σ (F − T·μ)²/M. Shapes: F [H,W,C], M = H·W; T [H,W,1]; G [C,C]; μ, σ [C]. There is no gradient.
/// </remarks>
public sealed class FeatureStatistics : Operation, ISummedOverWindows
{
    private readonly float _gramScale;
    private readonly Variable? _guide;
    private readonly Engine _engine;
    private readonly GramForward _gramForward;
    private readonly ArrayCombine _combine;
    private readonly ChannelMoments? _moments;
    private DeviceArray? _gram;
    private DeviceArray? _gramPart;

    private FeatureStatistics(
        Engine engine, string name, Variable input, Variable? guide, float gramScale, bool withMoments)
        : base(name, input, null)
    {
        _gramScale = gramScale;
        _guide = guide;
        _engine = engine;
        _gramForward = engine.Get(e => new GramForward(e));
        _combine = engine.Get(e => new ArrayCombine(e));
        _moments = withMoments ? new ChannelMoments(engine, name, input.Shape) : null;
    }

    /// <summary>G, C × C. Waits for the device.</summary>
    public float[] Gram => Allocated(_gram).ToArray();

    /// <summary>μ, C values; null where moments were not asked for. Waits for the device.</summary>
    public float[]? Means => _moments?.Means.ToArray();

    /// <summary>σ, C values; null where moments were not asked for. Waits for the device.</summary>
    public float[]? Deviations => _moments?.Deviations.ToArray();

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <inheritdoc/>
    public override long WorkspaceBytes =>
        2 * sizeof(float) * Channels * Channels + (_moments?.WorkspaceBytes ?? 0);

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input) =>
        [.. GramForward.Scratch(_engine, input), .. _moments is null ? [] : ChannelMoments.Scratch(input)];

    internal override IEnumerable<Variable> SideInputs => _guide is null ? [] : [_guide];

    private long Channels => Input.Shape.Channels;

    /// <summary>Records the operation.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="input">F.</param>
    /// <param name="guide">T, an input of the tape that the features have been multiplied by; null for none.</param>
    /// <param name="gramScale">s.</param>
    /// <param name="withMoments">Whether μ and σ are made, too.</param>
    /// <exception cref="ArgumentException">
    /// The input wants a gradient; the guide has another size or more than one channel, or is no input of the tape.
    /// </exception>
    public static FeatureStatistics Record(
        Tape tape, string name, Variable input, Variable? guide, float gramScale, bool withMoments)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.RequiresGradient)
            throw new ArgumentException($"{name}: '{input.Name}' wants a gradient, and there is none.");
        tape.RequireGuide(name, guide, input);
        var operation = new FeatureStatistics(tape.Engine, name, input, guide, gramScale, withMoments);
        tape.Record(operation);
        return operation;
    }

    /// <inheritdoc/>
    public override void Forward()
    {
        _gramForward.Launch(Input.Value, Allocated(_gram), _gramScale);
        _moments?.Launch(Input.Value, _guide?.Value);
    }

    /// <inheritdoc/>
    public override void Backward() => throw new NotSupportedException($"{Name} has no gradient.");

    void ISummedOverWindows.AddWindow(Tensor inner, bool isFirst)
    {
        DeviceArray part = Allocated(_gramPart);
        _gramForward.Launch(inner, part, _gramScale);
        _combine.Add(1, part, Allocated(_gram), isFirst);
        _moments?.AddWindow(inner, _guide?.Value, isFirst);
    }

    void ISummedOverWindows.EndWindows() => _moments?.EndWindows();

    void ISummedOverWindows.BackwardWindow() => Backward();

    internal override void AllocateWorkspace(Engine engine)
    {
        _gram = engine.AllocateArray($"Gram matrix of {Name}", Channels * Channels);
        _gramPart = engine.AllocateArray($"part of the Gram matrix of {Name}", Channels * Channels);
        _moments?.Allocate();
    }

    internal override void FreeWorkspace()
    {
        _gram?.Dispose();
        _gramPart?.Dispose();
        _moments?.Free();
    }
}
