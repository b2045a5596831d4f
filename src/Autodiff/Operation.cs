using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// One differentiable step on a tape: reads one variable or several and makes another, or a loss term.
/// </summary>
public abstract class Operation
{
    /// <summary>Describes a step that reads one variable; nothing is allocated or launched.</summary>
    protected Operation(string name, Variable input, Variable? output)
        : this(name, [input], output, [])
    {
    }

    /// <summary>Describes a step; nothing is allocated or launched.</summary>
    /// <param name="name">The layer or loss term.</param>
    /// <param name="inputs">At least one variable, none of them twice.</param>
    /// <param name="output">What it makes.</param>
    /// <param name="parameters">
    /// What it also differentiates by. An operation with a trainable one runs backward whether or not its inputs want a
    /// gradient: its output must say that it requires one.
    /// </param>
    private protected Operation(
        string name, IReadOnlyList<Variable> inputs, Variable? output, IReadOnlyList<Parameter> parameters)
    {
        foreach (Variable input in inputs)
            ArgumentNullException.ThrowIfNull(input);
        Name = name;
        ForwardName = $"{name} forward";
        BackwardName = $"{name} backward";
        Inputs = inputs;
        Output = output;
        Parameters = parameters;
        Writes = new GradientWrite[inputs.Count];
    }

    /// <summary>The layer or loss term, for messages and profiles.</summary>
    public string Name { get; }

    /// <summary>The name under which its forward launches are profiled.</summary>
    internal string ForwardName { get; }

    /// <summary>The name under which its backward launches are profiled.</summary>
    internal string BackwardName { get; }

    /// <summary>What it reads and differentiates by.</summary>
    public IReadOnlyList<Variable> Inputs { get; }

    /// <summary>The first of <see cref="Inputs"/>, of most operations the only one.</summary>
    public Variable Input => Inputs[0];

    /// <summary>What it reads and adds gradients to, over any number of replays.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What it makes; null for a loss term.</summary>
    public Variable? Output { get; }

    /// <summary>Whether the backward pass reads the inputs' values for more than the rectified rule's mask.</summary>
    public abstract bool BackwardReadsInput { get; }

    /// <summary>Bytes of device memory that the operation keeps for itself between forward and backward.</summary>
    public virtual long WorkspaceBytes => 0;

    /// <summary>Pixels around one of the output that its value depends on, on each side.</summary>
    internal virtual int Radius => 0;

    /// <summary>
    /// Whether it runs on the whole picture even where others run in bands: it is about the picture itself.
    /// </summary>
    internal virtual bool RunsOnWhole => false;

    /// <summary>
    /// Whether it may run window by window: each of its values depends on <see cref="Radius"/> pixels of one input.
    /// </summary>
    internal virtual bool RunsInBands => true;

    /// <summary>The inputs whose gradients the backward pass writes.</summary>
    internal IEnumerable<Variable> Differentiated => Inputs.Where(input => input.RequiresGradient);

    /// <summary>Whether there is anything to differentiate by.</summary>
    internal bool RequiresBackward => Differentiated.Any() || Parameters.Any(parameter => parameter.IsTrainable);

    /// <summary>The tape's inputs that it reads beside <see cref="Input"/>, of its height and width.</summary>
    internal virtual IEnumerable<Variable> SideInputs => [];

    /// <summary>What its launches need of the memory that all launches of the engine share.</summary>
    /// <param name="input">The input's shape, that of a window included.</param>
    public virtual IEnumerable<SharedScratch> ScratchFor(TensorShape input) => [];

    /// <summary>The part of the graph that it belongs to: see <see cref="Tape.BeginSegment"/>.</summary>
    internal int Segment { get; set; }

    /// <summary>
    /// How the backward pass writes into the gradients of <see cref="Inputs"/>; the tape makes the first contribution
    /// of a step assign and every later one add.
    /// </summary>
    internal GradientWrite[] Writes { get; }

    /// <summary>The same for <see cref="Input"/>.</summary>
    protected internal GradientWrite Write => Writes[0];

    /// <summary>Launches the forward pass: output from input.</summary>
    public abstract void Forward();

    /// <summary>
    /// Launches the backward pass: from the output's gradient those of the inputs that require one, and of the
    /// trainable parameters.
    /// </summary>
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
