using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// Features as they are, but their gradient is brought to a length: y = x. Backward: dx (+)= s·g/(‖g‖₁ + ε), where dy
/// is s·g.
/// </summary>
/// <remarks>
/// Shapes: x, y [H,W,C]; y shares x's memory. Stands before a loss term a·L with a = s·b: g = b·∂L/∂y is then the
/// gradient of the term without its strength s, as <c>-normalize_gradients</c> of Johnson's neural-style has it, whose
/// ε this is; the idea is andersbll's, neural_artistic_style. The reported loss is not the one that has this gradient.
/// </remarks>
public sealed class NormalizedGradient : Operation
{
    private const double Epsilon = 1e-8;

    /// <summary>Keeps the quotient of a term without strength, 0/0, at 0.</summary>
    private const double SmallestDivisor = 1e-30;

    private readonly AbsoluteSum _absoluteSum;
    private readonly AddNormalized _addNormalized;
    private DeviceArray? _norm;

    private NormalizedGradient(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _absoluteSum = engine.Get(e => new AbsoluteSum(e));
        _addNormalized = engine.Get(e => new AddNormalized(e));
    }

    /// <summary>s. May be set between replays.</summary>
    public double Strength { get; set; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <inheritdoc/>
    public override long WorkspaceBytes => sizeof(float);

    /// <summary>Records the operation; its output is what the loss term reads.</summary>
    public static NormalizedGradient Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var operation = new NormalizedGradient(tape.Engine, name, input, new Variable(name, input));
        tape.Record(operation);
        return operation;
    }

    /// <inheritdoc/>
    public override void Forward()
    {
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        _absoluteSum.Launch(Output!.Gradient, Allocated(_norm), 0);
        _addNormalized.Launch(
            Output.Gradient, Allocated(_norm), (float)Strength, (float)Math.Max(Epsilon * Strength, SmallestDivisor),
            Input.Gradient, Input.RectifiedBy, Write);
    }

    internal override void AllocateWorkspace(Engine engine) => _norm = engine.AllocateArray($"norm of {Name}", 1);

    internal override void FreeWorkspace() => _norm?.Dispose();
}
