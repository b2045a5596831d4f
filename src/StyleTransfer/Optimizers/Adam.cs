using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

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

    public override bool Step(double learningRate)
    {
        Steps++;
        _step.Launch(x, FirstMoment, SecondMoment, gradient, (float)learningRate, _parameters, Steps);
        return false;
    }

    public override void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
