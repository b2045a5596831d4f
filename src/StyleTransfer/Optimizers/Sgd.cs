using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>Gradient descent, with momentum where it is not 0: m ← β·m + g; x ← x − lr·m, m starting at 0.</summary>
/// <remarks>Source: Sutskever et al. 2013, in PyTorch's form: no dampening, no Nesterov.</remarks>
internal sealed class Sgd(Engine engine, SgdSettings settings, Tensor x, Tensor gradient) : Optimizer
{
    private readonly SgdStep _step = engine.Get(e => new SgdStep(e));
    private readonly Tensor? _momentum = settings.Momentum == 0 ? null : engine.AllocateTensor("momentum", x.Shape);

    public override bool Step(double learningRate)
    {
        if (_momentum is null)
            _step.Launch(x, gradient, (float)learningRate);
        else
            _step.Launch(x, _momentum, gradient, (float)learningRate, (float)settings.Momentum);
        return false;
    }

    public override void Dispose() => _momentum?.Dispose();
}
