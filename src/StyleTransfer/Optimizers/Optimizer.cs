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
    /// <param name="objective">What is minimised, for optimizers that search along a line.</param>
    public static Optimizer Create(
        Engine engine, OptimizerSettings settings, Tensor x, Tensor gradient, Objective objective) => settings switch
        {
            SgdSettings sgd => new Sgd(engine, sgd, x, gradient),
            AdamSettings adam => new Adam(engine, adam, x, gradient),
            LbfgsSettings lbfgs => new Lbfgs(engine, lbfgs, x, gradient, objective),
            _ => throw new ArgumentException($"There is no optimizer for {settings.GetType().Name}."),
        };

    /// <summary>Device memory of an optimizer's state, in bytes.</summary>
    public static long PlannedBytes(OptimizerSettings settings, TensorShape shape) => settings switch
    {
        SgdSettings sgd => sgd.Momentum == 0 ? 0 : shape.AllocatedBytes,
        AdamSettings => 2 * shape.AllocatedBytes,
        LbfgsSettings lbfgs => Lbfgs.PlannedBytes(lbfgs, shape),
        _ => throw new ArgumentException($"There is no optimizer for {settings.GetType().Name}."),
    };

    /// <summary>Launches a step from the gradient that is there.</summary>
    /// <param name="learningRate">The step's rate.</param>
    /// <returns>Whether loss and gradient at the new value have been evaluated already.</returns>
    public abstract bool Step(double learningRate);

    /// <summary>Why no further step is of use; null while there is one.</summary>
    public virtual string? StopReason => null;

    /// <summary>Frees the state.</summary>
    public abstract void Dispose();
}
