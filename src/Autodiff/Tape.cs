using IlgpuStyle.Kernels;

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
    private readonly List<Tensor> _tensors = [];
    private Operation[] _backward = [];
    private BufferPlan? _plan;
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

    /// <summary>Device memory that <see cref="Allocate"/> will take, in bytes: buffers, workspaces, losses.</summary>
    public long PlannedBytes => Plan.TotalBytes
        + _operations.Sum(operation => operation.WorkspaceBytes)
        + (long)LossRows * LossTerms * sizeof(float);

    /// <summary>The loss terms on the device, LossRows × LossTerms, as they enter the loss.</summary>
    /// <exception cref="InvalidOperationException">The tape is not allocated or has no loss terms.</exception>
    public DeviceArray Losses => _losses ?? throw new InvalidOperationException(
        LossTerms == 0 ? "The tape has no loss terms." : "The tape is not allocated.");

    internal BufferPlan Plan => _plan ??= PlanBuffers();

    /// <summary>Records an input, whose value the caller writes and, where asked for, whose gradient it reads.</summary>
    public Variable Input(string name, TensorShape shape, bool requiresGradient)
    {
        RequireRecording();
        var variable = new Variable(name, shape, isRectified: false, requiresGradient);
        _inputs.Add(variable);
        return variable;
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
        if (_tensors.Count > 0)
            throw new InvalidOperationException("The tape is allocated already.");
        var tensors = new Dictionary<PlannedBuffer, Tensor>();
        foreach (PlannedBuffer buffer in Plan.Buffers)
        {
            Tensor tensor = Engine.AllocateTensor(buffer.Name, buffer.Shape);
            _tensors.Add(tensor);
            tensors.Add(buffer, tensor);
        }
        foreach ((BufferKey key, PlannedBuffer buffer) in Plan.Assignments)
        {
            if (key.IsGradient)
                key.Variable.Gradient = tensors[buffer];
            else
                key.Variable.Value = tensors[buffer];
        }
        foreach (Operation operation in _operations)
            operation.AllocateWorkspace(Engine);
        if (LossTerms > 0)
            _losses = Engine.AllocateArray("losses", (long)LossRows * LossTerms);
    }

    /// <summary>Launches every forward pass, in order.</summary>
    public void Forward()
    {
        foreach (Operation operation in _operations)
        {
            Engine.Operation = operation.ForwardName;
            operation.Forward();
        }
    }

    /// <summary>Launches the backward passes in reverse order; the gradients are those of the sum of all terms.</summary>
    public void Backward()
    {
        foreach (Operation operation in _backward)
        {
            Engine.Operation = operation.BackwardName;
            operation.Backward();
        }
    }

    /// <summary>Frees all device memory of the tape.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors)
            tensor.Dispose();
        _tensors.Clear();
        foreach (Operation operation in _operations)
            operation.FreeWorkspace();
        _losses?.Dispose();
        _losses = null;
    }

    /// <summary>Appends an operation and returns its output, whose RequiresGradient is its input's.</summary>
    internal void Record(Operation operation)
    {
        RequireRecording();
        _operations.Add(operation);
    }

    internal int AddLossTerm() => LossTerms++;

    private void RequireRecording()
    {
        if (_plan is not null)
            throw new InvalidOperationException("The tape is planned: nothing more can be recorded on it.");
    }

    private BufferPlan PlanBuffers()
    {
        _backward = [.. BackwardOperations()];
        Step[] steps =
        [
            .. _operations.Select(operation => new Step(operation, IsBackward: false)),
            .. _backward.Select(operation => new Step(operation, IsBackward: true)),
        ];
        IEnumerable<BufferKey> alwaysAlive =
        [
            .. _inputs.Union(_kept).Select(variable => new BufferKey(variable, IsGradient: false)),
            .. _inputs.Where(input => input.RequiresGradient)
                .Select(variable => new BufferKey(variable, IsGradient: true)),
        ];
        return new BufferPlan(steps, alwaysAlive);
    }

    /// <summary>
    /// The operations between an input that wants its gradient and a loss term, last first; decides which
    /// contribution to each gradient assigns.
    /// </summary>
    private IEnumerable<Operation> BackwardOperations()
    {
        var reached = new HashSet<Variable>();
        foreach (Operation operation in Enumerable.Reverse(_operations))
        {
            bool contributes = operation.Output is null || reached.Contains(operation.Output);
            if (!contributes || !operation.Input.RequiresGradient)
                continue;
            operation.Write = reached.Add(operation.Input) ? GradientWrite.Assign : GradientWrite.Add;
            yield return operation;
        }
    }
}
