using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>
/// Moves a picture along its gradient, on the device. <see cref="Recipes.OptimizerSettings"/> make it.
/// </summary>
internal abstract class Optimizer : IDisposable
{
    /// <summary>Launches a step from the gradient that is there.</summary>
    /// <param name="learningRate">The step's rate.</param>
    /// <returns>Whether loss and gradient at the new value have been evaluated already.</returns>
    public abstract bool Step(double learningRate);

    /// <summary>Why no further step is of use; null while there is one.</summary>
    public virtual string? StopReason => null;

    /// <summary>All that later steps depend on, the picture aside.</summary>
    public virtual IEnumerable<StateEntry> State => [];

    /// <summary>Forgets all steps so far, as if the next were the first.</summary>
    public virtual void Restart()
    {
    }

    /// <summary>Frees the state.</summary>
    public abstract void Dispose();
}
