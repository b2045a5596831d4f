using IlgpuStyle.Autodiff;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>A layer's features compared with the style of a region, as recorded on a tape.</summary>
/// <param name="Losses">The operations whose sum is the layer's term.</param>
/// <param name="SetTarget">
/// Hands them, once the tape is allocated, what they compare with, and their factors: each is the given one, in which
/// recipe, layer and region have their shares, times the operation's own.
/// </param>
internal sealed record StyleComparison(LossOperation[] Losses, Action<StyleTarget, double> SetTarget);

/// <summary>What a layer is compared with in a region. On the host.</summary>
/// <param name="Statistics">
/// Those of <see cref="Recipes.StyleLoss.Statistics"/>, averaged over the region's styles.
/// </param>
/// <param name="Divisors">Those of <see cref="Recipes.StyleLoss.Divisors"/>.</param>
internal sealed record StyleTarget(IReadOnlyList<float[]> Statistics, IReadOnlyList<double> Divisors);
