using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Optimizers;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>Which optimizer, with its own numbers; the learning rate is the recipe's.</summary>
/// <remarks>
/// An optimizer's file holds its settings, derived from this. Recipe files and <c>--optimizer</c> find them by
/// themselves: the former by the record's name without "Settings", the latter by each static property of type
/// <see cref="NamedOptimizer"/>.
/// </remarks>
public abstract record OptimizerSettings
{
    /// <summary>Whether a step evaluates the loss along a line, and so waits for the device.</summary>
    internal virtual bool SearchesLine => false;

    /// <summary>
    /// Whether a step is as long as the gradient says, so that a rate can be relative to the first one.
    /// </summary>
    internal virtual bool StepsAsLongAsGradient => false;

    /// <summary>The settings at a scale, counted from 0, coarse to fine.</summary>
    internal virtual OptimizerSettings AtScale(int scale) => this;

    /// <summary>
    /// The same with as much of the state in the host's memory as steps can do without; itself where that is nothing.
    /// </summary>
    internal virtual OptimizerSettings OnHost() => this;

    /// <summary>Makes the optimizer, with its state.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="x">The variable, H×W×3.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="objective">What is minimised, for optimizers that search along a line.</param>
    internal abstract Optimizer Create(Engine engine, Tensor x, Tensor gradient, Objective objective);

    /// <summary>Device memory of the optimizer's state for a variable of this shape, in bytes.</summary>
    internal abstract long PlannedBytes(TensorShape shape);
}
