namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>Which optimizer, with its own numbers; the learning rate is the recipe's.</summary>
public abstract record OptimizerSettings;

/// <summary>Gradient descent: m ← Momentum·m + g; x ← x − lr·m.</summary>
public sealed record SgdSettings(double Momentum = 0) : OptimizerSettings;
