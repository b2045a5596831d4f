using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>One differentiable step on a tape: reads one variable and makes another, or a loss term.</summary>
public abstract class Operation
{
    /// <summary>Describes the step; nothing is allocated or launched.</summary>
    protected Operation(string name, Variable input, Variable? output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Name = name;
        ForwardName = $"{name} forward";
        BackwardName = $"{name} backward";
        Input = input;
        Output = output;
    }

    /// <summary>The layer or loss term, for messages and profiles.</summary>
    public string Name { get; }

    /// <summary>The name under which its forward launches are profiled.</summary>
    internal string ForwardName { get; }

    /// <summary>The name under which its backward launches are profiled.</summary>
    internal string BackwardName { get; }

    /// <summary>What it reads.</summary>
    public Variable Input { get; }

    /// <summary>What it makes; null for a loss term.</summary>
    public Variable? Output { get; }

    /// <summary>Whether the backward pass reads the input's value for more than the rectified rule's mask.</summary>
    public abstract bool BackwardReadsInput { get; }

    /// <summary>Bytes of device memory that the operation keeps for itself between forward and backward.</summary>
    public virtual long WorkspaceBytes => 0;

    /// <summary>Pixels around one of the output that its value depends on, on each side.</summary>
    internal virtual int Radius => 0;

    /// <summary>
    /// Whether it runs on the whole picture even where others run in bands: it is about the picture itself.
    /// </summary>
    internal virtual bool RunsOnWhole => false;

    /// <summary>The tape's inputs that it reads beside <see cref="Input"/>, of its height and width.</summary>
    internal virtual IEnumerable<Variable> SideInputs => [];

    /// <summary>What its launches need of the memory that all launches of the engine share.</summary>
    /// <param name="input">The input's shape, that of a window included.</param>
    public virtual IEnumerable<SharedScratch> ScratchFor(TensorShape input) => [];

    /// <summary>The part of the graph that it belongs to: see <see cref="Tape.BeginSegment"/>.</summary>
    internal int Segment { get; set; }

    /// <summary>
    /// How the backward pass writes into the input's gradient; the tape makes the first contribution of a step
    /// assign and every later one add.
    /// </summary>
    protected internal GradientWrite Write { get; internal set; } = GradientWrite.Assign;

    /// <summary>Launches the forward pass: output from input.</summary>
    public abstract void Forward();

    /// <summary>Launches the backward pass: the input's gradient from the output's.</summary>
    public abstract void Backward();

    /// <summary>Allocates what <see cref="WorkspaceBytes"/> announces.</summary>
    internal virtual void AllocateWorkspace(Engine engine) { }

    /// <summary>Frees the workspace.</summary>
    internal virtual void FreeWorkspace() { }

    /// <summary>An array of the workspace.</summary>
    /// <exception cref="InvalidOperationException">The tape is not allocated.</exception>
    private protected DeviceArray Allocated(DeviceArray? array) =>
        array ?? throw new InvalidOperationException($"{Name}: the tape is not allocated.");
}
