using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>The sum of two variables: y = a + b. Backward: da (+)= dy, db (+)= dy.</summary>
/// <remarks>Shapes: a, b, y [H,W,C].</remarks>
public sealed class Addition : Operation
{
    private readonly AdditionForward _forward;
    private readonly AdditionBackward _backward;

    private Addition(Engine engine, string name, Variable a, Variable b, Variable output)
        : base(name, [a, b], output, [])
    {
        _forward = engine.Get(e => new AdditionForward(e));
        _backward = engine.Get(e => new AdditionBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    internal override bool RunsInBands => false;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or it is one variable twice.</exception>
    public static Variable Record(Tape tape, string name, Variable a, Variable b)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Shape != b.Shape)
            throw new ArgumentException($"{name}: '{a.Name}' is {a.Shape}, but '{b.Name}' is {b.Shape}.");
        if (a == b)
            throw new ArgumentException($"{name}: '{a.Name}' cannot be added to itself.");
        var output = new Variable(
            name, a.Shape, isRectified: false, a.RequiresGradient || b.RequiresGradient);
        tape.Record(new Addition(tape.Engine, name, a, b, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Inputs[0].Value, Inputs[1].Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward()
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            if (Inputs[i].RequiresGradient)
                _backward.Launch(Output!.Gradient, Inputs[i].Gradient, Inputs[i].RectifiedBy, Writes[i]);
        }
    }
}
