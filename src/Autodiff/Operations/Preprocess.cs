using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// RGB picture to the network's input: bgr[c] = s·rgb[2−c] − mean[c]. Backward: drgb[2−c] (+)= s·dbgr[c].
/// </summary>
/// <remarks>Shapes: [H,W,3] → [H,W,3]. Units: s·rgb is 0..255, so s = 255 for a picture of 0..1.</remarks>
public sealed class Preprocess : Operation
{
    private readonly float _scale;
    private readonly PreprocessForward _forward;
    private readonly PreprocessBackward _backward;

    private Preprocess(Engine engine, string name, Variable input, Variable output, float scale)
        : base(name, input, output)
    {
        _scale = scale;
        _forward = engine.Get(e => new PreprocessForward(e));
        _backward = engine.Get(e => new PreprocessBackward(e));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => false;

    /// <summary>Records the operation and returns the mean-subtracted BGR picture.</summary>
    /// <exception cref="ArgumentException">The input is a ReLU's output.</exception>
    public static Variable Record(Tape tape, string name, Variable rgb, float scale)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(rgb);
        if (rgb.IsRectified)
            throw new ArgumentException($"{name}: '{rgb.Name}' is a ReLU's output, but a picture is needed.");
        var output = new Variable(name, rgb.Shape, isRectified: false, rgb.RequiresGradient);
        tape.Record(new Preprocess(tape.Engine, name, rgb, output, scale));
        return output;
    }

    /// <inheritdoc/>
    public override void Forward() => _forward.Launch(Input.Value, Output!.Value, _scale);

    /// <inheritdoc/>
    public override void Backward() => _backward.Launch(Output!.Gradient, Input.Gradient, _scale, Write);
}
