using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>Adam.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Form">Where ε is added.</param>
public sealed record AdamSettings(
    [property: Range(0d, 1d, MaximumIsExclusive = true)] double Beta1 = 0.9,
    [property: Range(0d, 1d, MaximumIsExclusive = true)] double Beta2 = 0.999,
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Epsilon = 1e-9,
    AdamForm Form = AdamForm.Epsilon) : OptimizerSettings
{
    /// <summary>PyTorch's numbers, ε aside; a step moves each sample by about 4 levels.</summary>
    public static NamedOptimizer Usual { get; } = new(
        "adam",
        new AdamSettings(),
        unitsPerLevel => new LearningRate(4 * unitsPerLevel));

    internal override Optimizer Create(Engine engine, Tensor x, Tensor gradient, Objective objective) =>
        new Adam(engine, this, x, gradient);

    internal override long PlannedBytes(TensorShape shape) => 2 * shape.AllocatedBytes;
}

/// <summary>Adam: moments of the gradient decide each element's step; see <see cref="AdamStep"/>.</summary>
internal sealed class Adam(Engine engine, AdamSettings settings, Tensor x, Tensor gradient) : Optimizer
{
    private readonly AdamStep _step = engine.Get(e => new AdamStep(e));
    private readonly AdamParameters _parameters = new(
        (float)settings.Beta1, (float)settings.Beta2, (float)settings.Epsilon, settings.Form);

    /// <summary>The decaying mean of the gradients.</summary>
    public Tensor FirstMoment { get; } = engine.AllocateTensor("first moment", x.Shape);

    /// <summary>The decaying mean of their squares.</summary>
    public Tensor SecondMoment { get; } = engine.AllocateTensor("second moment", x.Shape);

    /// <summary>Steps done, at earlier scales too: what the bias corrections count.</summary>
    public int Steps { get; set; }

    public override IEnumerable<StateEntry> State =>
    [
        StateEntry.Of("first_moment", FirstMoment),
        StateEntry.Of("second_moment", SecondMoment),
        StateEntry.Of("steps", () => [Steps], values => Steps = (int)values[0]),
    ];

    public override bool Step(double learningRate)
    {
        Steps++;
        _step.Launch(x, FirstMoment, SecondMoment, gradient, (float)learningRate, _parameters, Steps);
        return false;
    }

    public override void Restart()
    {
        FirstMoment.Clear();
        SecondMoment.Clear();
        Steps = 0;
    }

    public override void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
