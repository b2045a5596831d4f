using System.Reflection;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>An optimizer that can take the place of a preset's, with the numbers that are usual for it.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Settings">Its own numbers.</param>
/// <param name="LearningRate">Its rate, for a picture variable that has this many units in a level of 0..255.</param>
public sealed record NamedOptimizer(
    string Name, OptimizerSettings Settings, Func<double, LearningRate> LearningRate)
{
    /// <summary>
    /// All of them: the static properties of this type that the kinds of <see cref="OptimizerSettings"/> have.
    /// </summary>
    public static IReadOnlyList<NamedOptimizer> All { get; } =
    [
        .. typeof(OptimizerSettings).Assembly.GetTypes()
            .Where(type => type.BaseType == typeof(OptimizerSettings))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static))
            .Where(property => property.PropertyType == typeof(NamedOptimizer))
            .Select(property => (NamedOptimizer)property.GetValue(null)!),
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
}
