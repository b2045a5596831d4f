namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>The loss and its three parts, weighted as they enter it.</summary>
/// <param name="Content">The content loss.</param>
/// <param name="Style">The style loss over all layers.</param>
/// <param name="TotalVariation">The total-variation loss.</param>
public readonly record struct LossValues(double Content, double Style, double TotalVariation)
{
    /// <summary>Their sum: what is minimised.</summary>
    public double Total => Content + Style + TotalVariation;
}
