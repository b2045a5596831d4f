using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Windows;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// Segment by segment in windows: of all that is as large as the picture only the values between segments, and their
/// gradients, are kept.
/// </summary>
/// <remarks>
/// Forward, a window reads its input with a rim of as many pixels as the segment has convolutions, and keeps the inner
/// part: of the pool behind it, and in the sums of operations over all pixels. Backward, from the last segment to the
/// first, it reads a rim of twice that width and computes forward again, so that values are right as far as gradients
/// of the inner part come from. Results differ from those of the whole only by the order of the sums over windows. The
/// idea of two passes is that of Galerne, Raad, Lezama and Morel 2024, arXiv:2212.13459, who cut the whole network
/// into blocks with a rim for all its depth.
/// </remarks>
internal sealed class BandedReplay : Replay
{
    private readonly IReadOnlyCollection<Variable> _inputs;
    private readonly IReadOnlyCollection<Variable> _kept;
    private readonly Operation[] _whole;
    private readonly Segment[] _segments;
    private readonly Dictionary<Segment, Variable[]> _outputs;
    private readonly Operation[] _backwardOnWhole;

    /// <summary>
    /// What has a place in the arenas, as a variable that stands for it: parts in windows, and values between segments.
    /// </summary>
    private readonly Dictionary<Part, Variable> _parts = [];

    private readonly Dictionary<BufferKey, Life> _lives = [];
    private readonly ArenaPlan<BufferKey> _arenas;
    private readonly Dictionary<Part, Tensor> _tensors = [];

    /// <summary>Plans a replay; nothing is allocated.</summary>
    /// <exception cref="ArgumentException">An operation can only run on the whole of its input.</exception>
    public BandedReplay(
        IReadOnlyList<Operation> operations, IReadOnlyCollection<Variable> inputs, IReadOnlyCollection<Variable> kept,
        BandSize bands)
    {
        _inputs = inputs;
        _kept = kept;
        Operation? wrong = operations.FirstOrDefault(operation =>
            !operation.RunsInBands
            || !operation.RunsOnWhole && operation.Output is null && operation is not ISummedOverWindows
            || operation.Output is { } output && output.WithValue != output);
        if (wrong is not null)
            throw new ArgumentException($"'{wrong.Name}' cannot run in bands.");
        _whole = [.. operations.Where(operation => operation.RunsOnWhole)];
        // Those on the whole last: they add to what the windows have assigned.
        List<Operation> backward = BackwardOperations(
            [.. _whole, .. operations.Where(operation => !operation.RunsOnWhole)]);
        _backwardOnWhole = [.. backward.Where(operation => operation.RunsOnWhole)];
        _segments =
        [
            .. operations.Where(operation => !operation.RunsOnWhole).GroupBy(operation => operation.Segment)
                .Select(segment => new Segment(
                    segment.Key, [.. segment],
                    [.. backward.Where(operation => !operation.RunsOnWhole && operation.Segment == segment.Key)],
                    operations, bands)),
        ];
        _outputs = _segments.ToDictionary(segment => segment, segment => OutputsOf(segment).ToArray());
        PlanLives();
        _arenas = BufferPlan.InArenas(_lives);
    }

    public override long BufferBytes => _arenas.Lengths.Sum() * sizeof(float)
        + _inputs.Concat(_kept).Sum(variable => variable.Shape.AllocatedBytes)
        + _inputs.Where(input => input.RequiresGradient).Sum(input => input.Shape.AllocatedBytes);

    public override IEnumerable<Operation> Recomputed => _segments
        .SelectMany(segment => segment.Backward).Where(step => !step.IsBackward).Select(step => step.Operation);

    public override TensorShape WorkingShape(Variable variable)
    {
        Segment? segment = Array.Find(
            _segments, segment => segment.Forward.Any(operation => operation.Input == variable));
        return segment?.WindowShape(variable) ?? variable.Shape;
    }

    public override void Allocate(Engine engine, List<IDisposable> memory)
    {
        foreach (Variable variable in _inputs.Concat(_kept))
        {
            Tensor value = engine.AllocateTensor(variable.Name, variable.Shape);
            memory.Add(value);
            variable.Value = value;
            _tensors.Add(Part.Whole(BufferKey.ValueOf(variable)), value);
        }
        foreach (Variable input in _inputs.Where(input => input.RequiresGradient))
        {
            Tensor gradient = engine.AllocateTensor($"gradient of {input.Name}", input.Shape);
            memory.Add(gradient);
            input.Gradient = gradient;
            _tensors.Add(Part.Whole(BufferKey.GradientOf(input)), gradient);
        }
        var arenas = new List<DeviceArray>();
        foreach (long length in _arenas.Lengths)
        {
            DeviceArray arena = engine.AllocateUninitializedArray("bands", length);
            memory.Add(arena);
            arenas.Add(arena);
        }
        foreach ((Part part, Variable variable) in _parts)
        {
            Placement place = _arenas.Placements[BufferKey.ValueOf(variable)];
            _tensors.Add(
                part, engine.PlaceTensor(variable.Name, variable.Shape, arenas[place.Arena], place.Offset));
        }
    }

    public override void Forward(Engine engine, CancellationToken cancellation)
    {
        foreach (Operation operation in _whole)
        {
            engine.Operation = operation.ForwardName;
            operation.Forward();
        }
        foreach (Segment segment in _segments)
        {
            for (int i = 0; i < segment.ForwardWindows.Count; i++)
            {
                Forward(engine, segment, segment.ForwardWindows[i], isFirst: i == 0);
                if (!cancellation.CanBeCanceled)
                    continue;
                engine.Synchronize();
                cancellation.ThrowIfCancellationRequested();
            }
            foreach (Operation operation in segment.Forward)
            {
                engine.Operation = operation.ForwardName;
                (operation as ISummedOverWindows)?.EndWindows();
            }
        }
        BindInputs();
    }

    public override void Backward(Engine engine)
    {
        for (int i = _segments.Length - 1; i >= 0; i--)
        {
            Segment segment = _segments[i];
            foreach (Window window in segment.BackwardWindows)
                Backward(engine, segment, window);
        }
        BindInputs();
        foreach (Operation operation in _backwardOnWhole)
        {
            engine.Operation = operation.BackwardName;
            operation.Backward();
        }
    }

    private void Forward(Engine engine, Segment segment, Window window, bool isFirst)
    {
        BindParts(segment);
        engine.Operation = "bands";
        Gather(engine, segment, segment.Input, window, isGradient: false, withRim: true);
        foreach (Variable side in segment.SideInputs)
            Gather(engine, segment, side, window, isGradient: false, withRim: false);
        foreach (Operation operation in segment.Forward)
        {
            engine.Operation = operation.ForwardName;
            if (operation is ISummedOverWindows sum)
            {
                PixelRectangle counted = segment.WindowOf(operation.Input, window).Inner;
                if (counted.Pixels == 0)
                    continue; // An odd last row, which no pool reads.
                Tensor inner = Cleared(engine, Part.InnerOf(operation));
                engine.Get(e => new GatherWindow(e)).Launch(operation.Input.Value, 0, 0, inner, counted);
                sum.AddWindow(inner, isFirst);
                continue;
            }
            ClearBorder(engine, operation.Output!.Value);
            operation.Forward();
        }
        engine.Operation = "bands";
        foreach (Variable output in _outputs[segment])
            Scatter(engine, segment, output, window, isGradient: false);
    }

    private void Backward(Engine engine, Segment segment, Window window)
    {
        if (segment.Backward.Count == 0)
            return;
        BindParts(segment);
        engine.Operation = "bands";
        Gather(engine, segment, segment.Input, window, isGradient: false, withRim: true);
        foreach (Variable side in segment.SideInputs)
            Gather(engine, segment, side, window, isGradient: false, withRim: true);
        if (HasGradientFromNext(segment))
            Gather(engine, segment, segment.Pool!, window, isGradient: true, withRim: true);
        foreach (Step step in segment.Backward)
        {
            engine.Operation = step.IsBackward ? step.Operation.BackwardName : step.Operation.ForwardName;
            if (!step.IsBackward)
            {
                ClearBorder(engine, step.Operation.Output!.Value);
                step.Operation.Forward();
                continue;
            }
            if (step.Operation.Write == GradientWrite.Assign)
                ClearBorder(engine, step.Operation.Input.Gradient);
            if (step.Operation is ISummedOverWindows sum)
                sum.BackwardWindow();
            else
                step.Operation.Backward();
        }
        engine.Operation = "bands";
        if (segment.Input.RequiresGradient)
            Scatter(engine, segment, segment.Input, window, isGradient: true);
    }

    /// <summary>Copies a part of a whole value or gradient to its window.</summary>
    private void Gather(
        Engine engine, Segment segment, Variable variable, Window window, bool isGradient, bool withRim)
    {
        var key = new BufferKey(variable, isGradient);
        Tensor part = Cleared(engine, Part.In(segment, key));
        Window place = segment.WindowOf(variable, window);
        PixelRectangle copied = withRim ? PixelRectangle.Of(part.Shape) : place.Inner;
        if (copied.Pixels > 0)
        {
            engine.Get(e => new GatherWindow(e)).Launch(
                _tensors[Part.Whole(key)], place.Row, place.Column, part, copied);
        }
    }

    /// <summary>Copies the inner part of a window to its place in the whole.</summary>
    private void Scatter(Engine engine, Segment segment, Variable variable, Window window, bool isGradient)
    {
        var key = new BufferKey(variable, isGradient);
        Window place = segment.WindowOf(variable, window);
        if (place.Inner.Pixels > 0)
        {
            engine.Get(e => new ScatterWindow(e)).Launch(
                _tensors[Part.In(segment, key)], place.Inner, _tensors[Part.Whole(key)], place.Row, place.Column);
        }
    }

    private Tensor Cleared(Engine engine, Part part)
    {
        Tensor tensor = _tensors[part];
        ClearBorder(engine, tensor);
        return tensor;
    }

    /// <summary>What lay there before has left its pixels in the border, which is zero by rule.</summary>
    private static void ClearBorder(Engine engine, Tensor tensor) =>
        engine.Get(e => new ClearBorder(e)).Launch(tensor);

    private void BindParts(Segment segment)
    {
        foreach ((Part part, Tensor tensor) in _tensors)
        {
            if (part.Segment == segment && part.Key is { } key)
                Bind(key, tensor);
        }
    }

    private void BindInputs()
    {
        foreach ((Part part, Tensor tensor) in _tensors)
        {
            if (part.Segment is null && part.Key is { } key)
                Bind(key, tensor);
        }
    }

    /// <summary>What is kept of a segment as a whole.</summary>
    private IEnumerable<Variable> OutputsOf(Segment segment)
    {
        IEnumerable<Variable> made = segment.Forward.Select(operation => operation.Output).OfType<Variable>();
        return made.Where(variable => _kept.Contains(variable)
            || (variable == segment.Pool && Array.Exists(_segments, next => next.Input == variable)));
    }

    private bool HasGradientFromNext(Segment segment)
    {
        foreach (Segment next in _segments)
        {
            if (next.Input == segment.Pool && next.Backward.Count > 0)
                return true;
        }
        return false;
    }

    /// <summary>
    /// When each part lives: time runs through the forward phase of all segments, then through the backward phase. A
    /// window begins with what is copied to it and ends with what is copied from it.
    /// </summary>
    private void PlanLives()
    {
        int time = 0;
        foreach (Segment segment in _segments)
        {
            Write(Part.In(segment, BufferKey.ValueOf(segment.Input)), time);
            foreach (Variable side in segment.SideInputs)
                Write(Part.In(segment, BufferKey.ValueOf(side)), time);
            foreach (Variable output in _outputs[segment])
                WriteWhole(BufferKey.ValueOf(output), time);
            foreach (Operation operation in segment.Forward)
            {
                time++;
                ReadAll(segment, new Step(operation, IsBackward: false), time);
                if (operation is ISummedOverWindows)
                    Write(Part.InnerOf(operation), time, segment.WindowShape(operation.Input));
                else
                    Write(Part.In(segment, BufferKey.ValueOf(operation.Output!)), time);
            }
            time++;
            // The last window reads its input when the first has long ended.
            ReadWhole(BufferKey.ValueOf(segment.Input), time);
            foreach (Variable output in _outputs[segment])
                Read(Part.In(segment, BufferKey.ValueOf(output)), time);
            time++;
        }
        for (int i = _segments.Length - 1; i >= 0; i--)
        {
            Segment segment = _segments[i];
            if (segment.Backward.Count == 0)
                continue;
            Write(Part.In(segment, BufferKey.ValueOf(segment.Input)), time);
            foreach (Variable side in segment.SideInputs)
                Write(Part.In(segment, BufferKey.ValueOf(side)), time);
            if (HasGradientFromNext(segment))
                Write(Part.In(segment, BufferKey.GradientOf(segment.Pool!)), time);
            if (segment.Input.RequiresGradient)
                WriteWhole(BufferKey.GradientOf(segment.Input), time);
            foreach (Step step in segment.Backward)
            {
                time++;
                ReadAll(segment, step, time);
                foreach (BufferKey key in step.Writes)
                    Write(Part.In(segment, key), time);
            }
            time++;
            ReadWhole(BufferKey.ValueOf(segment.Input), time);
            if (HasGradientFromNext(segment))
                ReadWhole(BufferKey.GradientOf(segment.Pool!), time);
            if (segment.Input.RequiresGradient)
                Read(Part.In(segment, BufferKey.GradientOf(segment.Input)), time);
            time++;
        }
    }

    private void ReadAll(Segment segment, Step step, int time)
    {
        foreach (BufferKey key in step.Reads)
            Read(Part.In(segment, key), time);
        foreach (Variable side in step.Operation.SideInputs)
            Read(Part.In(segment, BufferKey.ValueOf(side)), time);
    }

    private void Write(Part part, int time, TensorShape? shape = null) => LifeOf(part, shape).Write(time);

    private void Read(Part part, int time) => LifeOf(part, null).Read(time);

    /// <summary>Values between segments have a place in the arenas; inputs and what is kept do not.</summary>
    private void WriteWhole(BufferKey key, int time)
    {
        if (IsInArenas(key))
            Write(Part.Whole(key), time);
    }

    private void ReadWhole(BufferKey key, int time)
    {
        if (IsInArenas(key))
            Read(Part.Whole(key), time);
    }

    private bool IsInArenas(BufferKey key) =>
        !_inputs.Contains(key.Variable) && (key.IsGradient || !_kept.Contains(key.Variable));

    private Life LifeOf(Part part, TensorShape? shape)
    {
        if (!_parts.TryGetValue(part, out Variable? stand))
        {
            shape ??= part.Segment?.WindowShape(part.Key!.Value.Variable) ?? part.Key!.Value.Variable.Shape;
            stand = new Variable($"part of {part}", shape.Value, isRectified: false, requiresGradient: false);
            _parts.Add(part, stand);
            _lives.Add(BufferKey.ValueOf(stand), new Life());
        }
        return _lives[BufferKey.ValueOf(stand)];
    }

    /// <summary>
    /// A value or gradient in a segment's window or whole, or the inner part of an operation's input.
    /// </summary>
    private readonly record struct Part(Segment? Segment, BufferKey? Key, Operation? Inner)
    {
        public static Part In(Segment segment, BufferKey key) => new(segment, key, null);

        public static Part Whole(BufferKey key) => new(null, key, null);

        public static Part InnerOf(Operation operation) => new(null, null, operation);

        public override string ToString() => $"{(object?)Key ?? Inner!.Name}{(Segment is null ? "" : " in bands")}";
    }
}
