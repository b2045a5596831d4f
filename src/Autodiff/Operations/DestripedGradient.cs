using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Filter;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// A picture as it is, but the gradient that comes to it loses its stripes: dx ← N·dx, N the
/// <see cref="DestripingFilter"/>, of what all operations recorded later have given; those recorded earlier add theirs
/// as it is.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C]. For the gradient that a network sends back, in which short waves along rows and columns are too
/// strong; the reported loss is not the one that has this gradient.
/// </remarks>
public sealed class DestripedGradient : Operation
{
    private readonly DestripingFilter _filter;
    private Tensor? _scratch;

    private DestripedGradient(Engine engine, string name, Variable input)
        : base(name, input, output: null) => _filter = engine.Get(e => new DestripingFilter(e));

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <inheritdoc/>
    public override long WorkspaceBytes => Input.Shape.AllocatedBytes;

    internal override bool RunsOnWhole => true;

    /// <summary>Records the operation.</summary>
    /// <exception cref="ArgumentException">x is no input of this tape.</exception>
    public static void Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        tape.RequireInput(name, input);
        tape.Record(new DestripedGradient(tape.Engine, name, input));
    }

    /// <inheritdoc/>
    public override void Forward()
    {
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        if (Write == GradientWrite.Assign)
            Input.Gradient.Clear();
        else
            _filter.Launch(Input.Gradient, _scratch!);
    }

    internal override void AllocateWorkspace(Engine engine) =>
        _scratch = engine.AllocateTensor($"stripes of {Input.Name}", Input.Shape);

    internal override void FreeWorkspace() => _scratch?.Dispose();
}
