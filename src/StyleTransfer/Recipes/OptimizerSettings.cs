using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels.Optimizer;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>Which optimizer, with its own numbers; the learning rate is the recipe's.</summary>
public abstract record OptimizerSettings;

/// <summary>Gradient descent: m ← Momentum·m + g; x ← x − lr·m.</summary>
public sealed record SgdSettings([property: Range(0d, 1d, MaximumIsExclusive = true)] double Momentum = 0)
    : OptimizerSettings;

/// <summary>Adam.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Form">Where ε is added.</param>
public sealed record AdamSettings(
    [property: Range(0d, 1d, MaximumIsExclusive = true)] double Beta1,
    [property: Range(0d, 1d, MaximumIsExclusive = true)] double Beta2,
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Epsilon,
    AdamForm Form) : OptimizerSettings;

/// <summary>Limited-memory BFGS.</summary>
/// <param name="History">Pairs of steps and gradient differences that are kept.</param>
/// <param name="LineSearch">How long the steps are.</param>
public sealed record LbfgsSettings(
    [property: Range(1, int.MaxValue)] int History = 100, LineSearch LineSearch = LineSearch.None) : OptimizerSettings;

/// <summary>How L-BFGS chooses the length of a step.</summary>
public enum LineSearch
{
    /// <summary>The learning rate; at the first step times min(1, 1/‖g‖₁).</summary>
    None,

    /// <summary>By the strong Wolfe conditions, trying the same length first.</summary>
    StrongWolfe,
}
