using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>Moves a picture along its gradient, on the device.</summary>
internal abstract class Optimizer : IDisposable
{
    /// <summary>The optimizer that a recipe asks for.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="settings">Which, and its numbers.</param>
    /// <param name="x">The variable, H×W×3.</param>
    /// <param name="gradient">Its gradient.</param>
    public static Optimizer Create(Engine engine, OptimizerSettings settings, Tensor x, Tensor gradient) => settings switch
    {
        SgdSettings sgd => new Sgd(engine, sgd, x, gradient),
        _ => throw new ArgumentException($"There is no optimizer for {settings.GetType().Name}."),
    };

    /// <summary>Device memory of an optimizer's state, in bytes.</summary>
    public static long PlannedBytes(OptimizerSettings settings, TensorShape shape) => settings switch
    {
        SgdSettings sgd => sgd.Momentum == 0 ? 0 : shape.AllocatedBytes,
        _ => throw new ArgumentException($"There is no optimizer for {settings.GetType().Name}."),
    };

    /// <summary>Launches a step from the gradient that is there.</summary>
    /// <param name="learningRate">The step's rate.</param>
    public abstract void Step(double learningRate);

    /// <summary>Frees the state.</summary>
    public abstract void Dispose();
}
