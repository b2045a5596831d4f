using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Padding;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>Takes one pixel away on each side. Backward: the pixels cut off get a gradient of 0.</summary>
/// <remarks>Shapes: [H+2,W+2,C] → [H,W,C].</remarks>
public sealed class Crop : Operation
{
    private readonly CropForward _forward;
    private readonly CropBackward _backward;

    private Crop(Engine engine, string name, Variable input, Variable output)
        : base(name, input, output)
    {
        _forward = engine.Get(e => new CropForward(e));
        _backward = engine.Get(e => new CropBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <summary>Records the operation and returns its output.</summary>
    /// <exception cref="ArgumentException">Nothing would be left.</exception>
    public static Variable Record(Tape tape, string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        var output = new Variable(name, CropForward.Output(input.Shape), isRectified: false, input.RequiresGradient);
        tape.Record(new Crop(tape.Engine, name, input, output));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Output!.Gradient, Input.Gradient, Input.RectifiedBy, Write);
}
