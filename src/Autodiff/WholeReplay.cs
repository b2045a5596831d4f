using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff;

/// <summary>Every step on whole values and gradients, which share memory where their lives allow it.</summary>
internal sealed class WholeReplay : Replay
{
    private readonly IReadOnlyCollection<Variable> _inputs;
    private readonly Operation[] _forward;
    private readonly Step[] _backward;
    private readonly Dictionary<BufferKey, Life> _lives;
    private readonly BufferPlan _buffers;
    private readonly ArenaPlan<BufferKey>? _arenas;

    /// <summary>
    /// What each step takes over from another value, and whose border it clears first; null where nothing is shared.
    /// </summary>
    private Tensor[][]? _cleared;

    /// <summary>Plans a replay; nothing is allocated.</summary>
    public WholeReplay(
        IReadOnlyList<Operation> operations, IReadOnlyCollection<Variable> inputs, IReadOnlyCollection<Variable> kept,
        int memorySaving)
    {
        _inputs = inputs;
        _forward = [.. operations];
        List<Operation> backward = BackwardOperations(operations);
        _backward = [.. Schedule.Backward(operations, backward, recomputedSegments: memorySaving - 1)];
        BufferKey[] alwaysAlive =
        [
            .. inputs.Concat(kept).Select(BufferKey.ValueOf).Distinct(),
            .. inputs.Where(input => input.RequiresGradient).Select(BufferKey.GradientOf),
        ];
        _lives = BufferPlan.Lives(
            [.. _forward.Select(operation => new Step(operation, IsBackward: false)), .. _backward], alwaysAlive);
        if (memorySaving == 0)
        {
            _buffers = new BufferPlan(_lives);
            return;
        }
        // What outlives the replay is read and written by the caller and keeps a buffer of its own.
        _buffers = new BufferPlan(_lives.Where(entry => alwaysAlive.Contains(entry.Key)));
        _arenas = BufferPlan.InArenas(_lives.Where(entry => !alwaysAlive.Contains(entry.Key)));
    }

    public override long BufferBytes => _buffers.TotalBytes + (_arenas?.Lengths.Sum() ?? 0) * sizeof(float);

    public override TensorShape WorkingShape(Variable variable) => variable.Shape;

    public override IEnumerable<Operation> Recomputed =>
        _backward.Where(step => !step.IsBackward).Select(step => step.Operation);

    public override void Allocate(Engine engine, List<IDisposable> memory)
    {
        var tensors = new Dictionary<PlannedBuffer, Tensor>();
        foreach (PlannedBuffer buffer in _buffers.Buffers)
        {
            Tensor tensor = engine.AllocateUninitializedTensor(buffer.Name, buffer.Shape);
            memory.Add(tensor);
            tensors.Add(buffer, tensor);
        }
        foreach ((BufferKey key, PlannedBuffer buffer) in _buffers.Assignments)
            Bind(key, tensors[buffer]);
        foreach (Variable input in _inputs)
        {
            input.Value.Clear();
            if (input.RequiresGradient)
                input.Gradient.Clear();
        }
        if (_arenas is null)
            return;

        var arenas = new List<DeviceArray>();
        foreach (long length in _arenas.Lengths)
        {
            DeviceArray arena = engine.AllocateUninitializedArray("activations and gradients", length);
            memory.Add(arena);
            arenas.Add(arena);
        }
        foreach ((BufferKey key, Placement place) in _arenas.Placements)
        {
            Bind(key, engine.PlaceTensor(
                key.ToString(), key.Variable.Shape, arenas[place.Arena], place.Offset));
        }
        _cleared =
        [
            .. _forward.Select((operation, time) => TakenOver(new Step(operation, IsBackward: false), time)),
            .. _backward.Select((step, time) => TakenOver(step, _forward.Length + time)),
        ];
    }

    public override void Forward(Engine engine, CancellationToken cancellation)
    {
        for (int time = 0; time < _forward.Length; time++)
        {
            Launch(engine, _forward[time], isBackward: false, time);
            if (!cancellation.CanBeCanceled)
                continue;
            engine.Synchronize();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public override void Backward(Engine engine)
    {
        for (int time = 0; time < _backward.Length; time++)
            Launch(engine, _backward[time].Operation, _backward[time].IsBackward, _forward.Length + time);
    }

    private Tensor[] TakenOver(Step step, int time) =>
    [
        .. step.Writes
            .Where(key => _arenas!.Placements.ContainsKey(key) && _lives[key].StartsAt(time))
            .Select(key => key.IsGradient ? key.Variable.Gradient : key.Variable.Value),
    ];

    private void Launch(Engine engine, Operation operation, bool isBackward, int time)
    {
        engine.Operation = isBackward ? operation.BackwardName : operation.ForwardName;
        if (_cleared is not null)
        {
            foreach (Tensor tensor in _cleared[time])
                engine.Get(e => new ClearBorder(e)).Launch(tensor);
        }
        if (isBackward)
            operation.Backward();
        else
            operation.Forward();
    }
}
