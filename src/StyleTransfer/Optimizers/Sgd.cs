using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>Gradient descent: m ← Momentum·m + g; x ← x − lr·m.</summary>
public sealed record SgdSettings([property: Range(0d, 1d, MaximumIsExclusive = true)] double Momentum = 0)
    : OptimizerSettings
{
    /// <summary>Without momentum.</summary>
    public static NamedOptimizer Plain { get; } = new("sgd", new SgdSettings(), RelativeRate);

    /// <summary>With momentum 0.9.</summary>
    public static NamedOptimizer WithMomentum { get; } = new("momentum", new SgdSettings(0.9), RelativeRate);

    internal override bool StepsAsLongAsGradient => true;

    internal override Optimizer Create(Engine engine, Tensor x, Tensor gradient, Objective objective) =>
        new Sgd(engine, this, x, gradient);

    internal override long PlannedBytes(TensorShape shape) => Momentum == 0 ? 0 : shape.AllocatedBytes;

    /// <summary>
    /// By the first gradient's size, so that it suits every preset: half of <see cref="Presets.Balanced"/>'s.
    /// </summary>
    private static LearningRate RelativeRate(double unitsPerLevel) =>
        new(2 * unitsPerLevel, Schedule.Exponential, 0.5, 100, RelativeToFirstGradient: true);
}

/// <summary>Gradient descent, with momentum where it is not 0: m ← β·m + g; x ← x − lr·m, m starting at 0.</summary>
/// <remarks>
/// Source: Sutskever et al. 2013, in PyTorch's form: no dampening, no Nesterov.
/// </remarks>
internal sealed class Sgd(Engine engine, SgdSettings settings, Tensor x, Tensor gradient) : Optimizer
{
    private readonly SgdStep _step = engine.Get(e => new SgdStep(e));

    /// <summary>m; null without momentum.</summary>
    public Tensor? Momentum { get; } = settings.Momentum == 0 ? null : engine.AllocateTensor("momentum", x.Shape);

    public override IEnumerable<StateEntry> State =>
        Momentum is null ? [] : [StateEntry.Of("momentum", Momentum)];

    public override bool Step(double learningRate)
    {
        if (Momentum is null)
            _step.Launch(x, gradient, (float)learningRate);
        else
            _step.Launch(x, Momentum, gradient, (float)learningRate, (float)settings.Momentum);
        return false;
    }

    public override void Restart() => Momentum?.Clear();

    public override void Dispose() => Momentum?.Dispose();
}
