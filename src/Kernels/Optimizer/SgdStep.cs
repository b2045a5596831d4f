using ILGPU;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Kernels.Optimizer;

/// <summary>A step of gradient descent with momentum: m ← β·m + g; x ← x − η·m.</summary>
/// <remarks>
/// Shapes: x, m, g [H,W,C]. Without momentum, x ← x − η·g. Source: Sutskever et al. 2013, "On the importance
/// of initialization and momentum in deep learning", in PyTorch's form (η outside the momentum). Launch: one
/// work-item per quad of the whole buffer; border and padding are zero and stay so.
/// </remarks>
public sealed class SgdStep(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, float, float> _momentumKernel =
        new(engine, MomentumStepKernel);

    private readonly AddScaled _addScaled = engine.Get(e => new AddScaled(e));

    private static void MomentumStepKernel(
        ArrayView<F4> x, ArrayView<F4> momentum, ArrayView<F4> gradient, int count, float learningRate, float beta)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            F4 m = F4.Broadcast(beta) * momentum[i] + gradient[i];
            momentum[i] = m;
            x[i] = x[i] - F4.Broadcast(learningRate) * m;
        }
    }

    /// <summary>x ← x − learningRate·gradient.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, Tensor gradient, float learningRate) =>
        _addScaled.Launch(gradient, -learningRate, x);

    /// <summary>momentum ← beta·momentum + gradient; x ← x − learningRate·momentum.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, Tensor momentum, Tensor gradient, float learningRate, float beta)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(SgdStep), momentum, x.Shape);
        Require.Shape(nameof(SgdStep), gradient, x.Shape);
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(SgdStep), 4.0 * x.Shape.Length, 20.0 * x.Shape.Length))
        {
            _momentumKernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), momentum.View.Cast<F4>(),
                gradient.View.Cast<F4>(), count, learningRate, beta);
        }
    }
}
