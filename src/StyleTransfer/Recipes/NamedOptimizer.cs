using IlgpuStyle.Kernels.Optimizer;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>An optimizer that can take the place of a preset's, with the numbers that are usual for it.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Settings">Its own numbers.</param>
/// <param name="LearningRate">Its rate, for a picture variable that has this many units in a level of 0..255.</param>
public sealed record NamedOptimizer(
    string Name, OptimizerSettings Settings, Func<double, LearningRate> LearningRate)
{
    /// <summary>All of them.</summary>
    /// <remarks>
    /// Rates are such that they suit every preset: gradient descent by the first gradient's size, as in
    /// <see cref="Presets.Balanced"/>; Adam moves 4 levels a step; L-BFGS scales itself.
    /// </remarks>
    public static IReadOnlyList<NamedOptimizer> All { get; } =
    [
        new("sgd", new SgdSettings(), RelativeRate),
        new("momentum", new SgdSettings(Momentum: 0.9), RelativeRate),
        new("adam", new AdamSettings(0.9, 0.999, 1e-9, AdamForm.Bias), units => new LearningRate(4 * units)),
        new("lbfgs", new LbfgsSettings(), _ => new LearningRate(1)),
        new("lbfgs-wolfe", new LbfgsSettings(LineSearch: LineSearch.StrongWolfe), _ => new LearningRate(1)),
    ];

    /// <summary>A recipe with this optimizer and its rate.</summary>
    public Recipe ApplyTo(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe with
        {
            Optimizer = Settings,
            LearningRate = LearningRate(PictureVariable.UnitsPerLevel(recipe.Space)),
        };
    }

    private static LearningRate RelativeRate(double unitsPerLevel) =>
        new(2 * unitsPerLevel, Schedule.Exponential, 0.5, 100, RelativeToFirstGradient: true);
}
