namespace IlgpuStyle.App.Input;

/// <summary>One <c>--style FILE[:WEIGHT]</c>.</summary>
/// <param name="Path">The picture.</param>
/// <param name="Weight">Its share among several, positive; they need not add up to 1.</param>
/// <param name="Scale">Its size relative to the recipe's rule, from <c>--style-scale</c>.</param>
/// <param name="Mask">
/// The picture of its mask, or <see cref="AlphaMask"/>, from <c>--style-mask</c>; null for none.
/// </param>
internal sealed record StyleArgument(string Path, double Weight, double Scale = 1, string? Mask = null)
{
    /// <summary>The content's own transparency as a mask.</summary>
    public const string AlphaMask = "alpha";
}
