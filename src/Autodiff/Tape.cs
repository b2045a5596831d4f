using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// Reverse-mode differentiation (Wengert's list): operations are recorded once, in an order that is topological
/// by construction, and replayed each step into buffers allocated once.
/// </summary>
/// <remarks>
/// The life of a tape: record from shapes alone, look at <see cref="PlannedBytes"/>, <see cref="Allocate"/>,
/// then any number of <see cref="Forward"/> and <see cref="Backward"/>. A replay allocates nothing on host or
/// device and waits for nothing. Gradients add up over all uses of a value: the first contribution of a step
/// assigns, every later one adds.
/// </remarks>
public sealed class Tape(Engine engine) : IDisposable
{
    private readonly List<Operation> _operations = [];
    private readonly List<Variable> _inputs = [];
    private readonly HashSet<Variable> _kept = [];
    private readonly List<IDisposable> _memory = [];
    private Replay? _replay;
    private int _segment;
    private DeviceArray? _losses;
    private int _lossRow;

    /// <summary>The device that the tape runs on.</summary>
    public Engine Engine { get; } = engine;

    /// <summary>The operations in the order of recording.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The number of loss terms recorded.</summary>
    public int LossTerms { get; private set; }

    /// <summary>How many replays' losses the device keeps until they are read; set before allocation.</summary>
    public int LossRows { get; init; } = 1;

    /// <summary>Where the next forward pass leaves its loss terms: a row from 0 to LossRows − 1.</summary>
    public int LossRow
    {
        get => _lossRow;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, LossRows);
            _lossRow = value;
        }
    }

    /// <summary>
    /// How far memory is saved at the cost of time: 0 not at all; 1 values of different shapes share memory and are
    /// cleared in between; 1 + n the activations of the first n segments are also computed a second time.
    /// </summary>
    public int MemorySaving { get; init; }

    /// <summary>
    /// Makes a replay run segment by segment in bands, so that of all values as large as the picture only those between
    /// segments are kept; null for not. <see cref="MemorySaving"/> then does not count.
    /// </summary>
    public BandSize? Bands { get; init; }

    /// <summary>Segments begun.</summary>
    public int Segments => _segment + 1;

    /// <summary>The operations that a replay runs twice.</summary>
    public IEnumerable<Operation> RecomputedOperations => Planned.Recomputed;

    /// <summary>Device memory that <see cref="Allocate"/> will take, in bytes: buffers, workspaces, losses.</summary>
    public long PlannedBytes => Planned.BufferBytes
        + _operations.Sum(operation => operation.WorkspaceBytes)
        + (long)LossRows * LossTerms * sizeof(float);

    /// <summary>What the tape's launches need of the memory that all launches of the engine share.</summary>
    public IEnumerable<SharedScratch> Scratch =>
        SharedScratch.Common.Concat(_operations.SelectMany(
            operation => operation.ScratchFor(Planned.WorkingShape(operation.Input))));

    /// <summary>The shape of what a variable's operations run on at once: the variable's own, or a window's.</summary>
    public TensorShape WorkingShape(Variable variable) => Planned.WorkingShape(variable);

    /// <summary>The loss terms on the device, LossRows × LossTerms, as they enter the loss.</summary>
    /// <exception cref="InvalidOperationException">The tape is not allocated or has no loss terms.</exception>
    public DeviceArray Losses => _losses ?? throw new InvalidOperationException(
        LossTerms == 0 ? "The tape has no loss terms." : "The tape is not allocated.");

    private Replay Planned => _replay ??= Bands is { } bands
        ? new BandedReplay(_operations, _inputs, _kept, bands)
        : new WholeReplay(_operations, _inputs, _kept, MemorySaving);

    /// <summary>
    /// Records an input, whose value the caller writes and, where asked for, whose gradient it reads.
    /// </summary>
    public Variable Input(string name, TensorShape shape, bool requiresGradient)
    {
        RequireRecording();
        var variable = new Variable(name, shape, isRectified: false, requiresGradient);
        _inputs.Add(variable);
        return variable;
    }

    /// <summary>Begins a part of the graph whose activations may be recomputed as one.</summary>
    public void BeginSegment()
    {
        RequireRecording();
        _segment++;
    }

    /// <summary>Makes a variable's value outlive the replay, so that the caller may read it.</summary>
    public void Keep(Variable variable)
    {
        RequireRecording();
        _kept.Add(variable);
    }

    /// <summary>Allocates every buffer and workspace.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public void Allocate()
    {
        if (_memory.Count > 0)
            throw new InvalidOperationException("The tape is allocated already.");
        Planned.Allocate(Engine, _memory);
        foreach (Operation operation in _operations)
            operation.AllocateWorkspace(Engine);
        if (LossTerms > 0)
            _losses = Engine.AllocateArray("losses", (long)LossRows * LossTerms);
    }

    /// <summary>Launches every forward pass, in order, waiting for each where that can be cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled: the values are not those of a pass.</exception>
    public void Forward(CancellationToken cancellation = default) => Planned.Forward(Engine, cancellation);

    /// <summary>
    /// Launches the backward passes in reverse order; the gradients are those of the sum of all terms.
    /// </summary>
    public void Backward() => Planned.Backward(Engine);

    /// <summary>Frees all device memory of the tape.</summary>
    public void Dispose()
    {
        foreach (IDisposable memory in _memory)
            memory.Dispose();
        _memory.Clear();
        foreach (Operation operation in _operations)
            operation.FreeWorkspace();
        _losses?.Dispose();
        _losses = null;
    }

    /// <summary>
    /// Refuses what an operation reads beside its features, unless it has a value for each pixel and its memory is
    /// nobody else's; null is none.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The guide has another size or more than one channel, or is no input of this tape.
    /// </exception>
    internal void RequireGuide(string operation, Variable? guide, Variable features)
    {
        if (guide is null)
            return;
        TensorShape needed = PixelMask.Shape(features.Shape);
        if (guide.Shape != needed)
            throw new ArgumentException($"{operation}: the guide is {guide.Shape}, but {needed} is needed.");
        RequireInput(operation, guide);
    }

    /// <summary>Refuses what an operation reads beside its input, unless its memory is nobody else's.</summary>
    /// <exception cref="ArgumentException">The variable is no input of this tape.</exception>
    internal void RequireInput(string operation, Variable variable)
    {
        if (!_inputs.Contains(variable))
            throw new ArgumentException($"{operation}: '{variable.Name}' is no input of the tape.");
    }

    /// <summary>Appends an operation.</summary>
    internal void Record(Operation operation)
    {
        RequireRecording();
        operation.Segment = _segment;
        _operations.Add(operation);
    }

    /// <summary>The number of a new loss term.</summary>
    internal int AddLossTerm()
    {
        RequireRecording();
        return LossTerms++;
    }

    private void RequireRecording()
    {
        if (_replay is not null)
            throw new InvalidOperationException("The tape is planned: nothing more can be recorded on it.");
    }
}
