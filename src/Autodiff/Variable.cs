using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>A picture or feature map on a tape: its value, and the gradient of the loss with respect to it.</summary>
/// <remarks>
/// Recorded from shapes alone; the tensors exist once <see cref="Tape.Allocate"/> has run. The memory plan may
/// give the tensor to another variable when this one is no longer read: only values that
/// <see cref="Tape.Keep"/> names and the tape's inputs outlive a replay.
/// </remarks>
public sealed class Variable
{
    private readonly Variable? _original;
    private Tensor? _value;
    private Tensor? _gradient;

    internal Variable(string name, TensorShape shape, bool isRectified, bool requiresGradient)
    {
        Name = name;
        Shape = shape;
        IsRectified = isRectified;
        RequiresGradient = requiresGradient;
    }

    /// <summary>Another name for a variable's value, with a gradient of its own, which is not masked.</summary>
    internal Variable(string name, Variable original)
        : this(name, original.Shape, isRectified: false, original.RequiresGradient) => _original = original.WithValue;

    /// <summary>The layer or picture that it is, for messages.</summary>
    public string Name { get; }

    /// <summary>H × W × C.</summary>
    public TensorShape Shape { get; }

    /// <summary>
    /// Whether the value is the output of a ReLU. The stored gradient is then that of its pre-activation:
    /// every backward kernel that writes into it multiplies its contribution by (value &gt; 0).
    /// </summary>
    public bool IsRectified { get; }

    /// <summary>Whether the value depends on an input whose gradient is asked for, or on a trainable parameter.</summary>
    public bool RequiresGradient { get; }

    /// <summary>The value on the device.</summary>
    /// <exception cref="InvalidOperationException">The tape has not allocated it.</exception>
    public Tensor Value
    {
        get => WithValue._value ?? throw NotAllocated("value");
        internal set => _value = value;
    }

    /// <summary>The gradient on the device.</summary>
    /// <exception cref="InvalidOperationException">The tape has not allocated it, or no loss depends on it.</exception>
    public Tensor Gradient
    {
        get => _gradient ?? throw NotAllocated("gradient");
        internal set => _gradient = value;
    }

    /// <summary>The variable whose value this one has: itself, unless it is another name.</summary>
    internal Variable WithValue => _original ?? this;

    /// <summary>The mask of the rectified rule: the value if it is a ReLU's output, else null.</summary>
    internal Tensor? RectifiedBy => IsRectified ? Value : null;

    private InvalidOperationException NotAllocated(string what) =>
        new($"Variable '{Name}' has no {what}: the tape has not allocated one.");
}
