using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// Which values and gradients of a tape share a buffer, worked out from shapes and from the order of the steps
/// before anything is allocated.
/// </summary>
/// <remarks>
/// A value lives from the step that writes it to the last one that reads it before it is written again; two that never
/// live at once may share a buffer if they have one shape (borders stay zero that way). Steps are visited in order and
/// each value takes the first free buffer of its shape.
/// </remarks>
internal sealed class BufferPlan
{
    private readonly List<PlannedBuffer> _buffers = [];
    private readonly Dictionary<BufferKey, PlannedBuffer> _assigned = [];

    /// <summary>Plans the buffers of what lives so long.</summary>
    public BufferPlan(IEnumerable<KeyValuePair<BufferKey, Life>> lives)
    {
        foreach ((BufferKey key, Life life) in lives)
            Assign(key, life);
    }

    /// <summary>The buffers, in the order of first use.</summary>
    public IReadOnlyList<PlannedBuffer> Buffers => _buffers;

    /// <summary>Bytes of all buffers.</summary>
    public long TotalBytes => _buffers.Sum(buffer => buffer.Shape.AllocatedBytes);

    /// <summary>The values and gradients with their buffers.</summary>
    public IEnumerable<KeyValuePair<BufferKey, PlannedBuffer>> Assignments => _assigned;

    /// <summary>When each value and gradient lives, in the order of first use.</summary>
    public static Dictionary<BufferKey, Life> Lives(IReadOnlyList<Step> steps, IEnumerable<BufferKey> alwaysAlive)
    {
        var lives = new Dictionary<BufferKey, Life>();
        foreach (BufferKey key in alwaysAlive)
            lives.Add(key, Life.Always(steps.Count));
        for (int time = 0; time < steps.Count; time++)
        {
            foreach (BufferKey key in steps[time].Reads)
                LifeOf(key).Read(time);
            foreach (BufferKey key in steps[time].Writes)
                LifeOf(key).Write(time);
        }
        return lives;

        Life LifeOf(BufferKey key)
        {
            if (!lives.TryGetValue(key, out Life? life))
                lives.Add(key, life = new Life());
            return life;
        }
    }

    /// <summary>The same in few arrays, whatever the shapes.</summary>
    public static ArenaPlan<BufferKey> InArenas(IEnumerable<KeyValuePair<BufferKey, Life>> lives) =>
        new(lives.Select(entry => (entry.Key, entry.Key.Variable.Shape.AllocatedLength, entry.Value)));

    private void Assign(BufferKey key, Life life)
    {
        PlannedBuffer? buffer = _buffers.Find(
            candidate => candidate.Shape == key.Variable.Shape && !candidate.Life.Overlaps(life));
        if (buffer is null)
        {
            buffer = new PlannedBuffer(key.ToString(), key.Variable.Shape);
            _buffers.Add(buffer);
        }
        buffer.Life.Add(life);
        _assigned.Add(key, buffer);
    }
}

/// <summary>A variable's value or its gradient.</summary>
internal readonly record struct BufferKey(Variable Variable, bool IsGradient)
{
    /// <summary>The value of a variable, under whatever name.</summary>
    public static BufferKey ValueOf(Variable variable) => new(variable.WithValue, IsGradient: false);

    /// <summary>The gradient of a variable.</summary>
    public static BufferKey GradientOf(Variable variable) => new(variable, IsGradient: true);

    public override string ToString() => IsGradient ? $"gradient of {Variable.Name}" : Variable.Name;
}

/// <summary>A buffer of the plan: named after its first tenant.</summary>
internal sealed class PlannedBuffer(string name, TensorShape shape)
{
    public string Name { get; } = name;

    public TensorShape Shape { get; } = shape;

    /// <summary>When any of its tenants lives.</summary>
    public Life Life { get; } = new();
}
