namespace IlgpuStyle.Kernels.Convolution;

/// <summary>What a form's packed weights hold.</summary>
internal enum WeightTransform
{
    /// <summary>The nine taps.</summary>
    Taps,

    /// <summary>The 36 products of Winograd F(4×4,3×3).</summary>
    Winograd,
}

/// <summary>The order in which a form reads a convolution's weights.</summary>
/// <remarks>
/// A convolution sums over n contracted channels for each of m produced ones: C and K forward; K and C backward,
/// with the kernel turned by 180°. Taps are packed [m/block][9][n][block], with block = m that is [9][n][m]; Winograd's
/// products for a GPU [36][n][m], block = m.
/// </remarks>
/// <param name="Transform">Taps or products.</param>
/// <param name="Backward">Whether for the gradient of the input.</param>
/// <param name="Contracted">n; with padding (zeros) or without.</param>
/// <param name="Produced">m, a multiple of the block.</param>
/// <param name="Block">Produced channels that lie side by side.</param>
internal readonly record struct WeightOrder(
    WeightTransform Transform, bool Backward, int Contracted, int Produced, int Block)
{
    /// <summary>Values for one pair of channels: 9 or 36.</summary>
    public int Planes => Transform == WeightTransform.Taps ? ConvolutionWeights.TapCount : WinogradTile.Products;

    /// <summary>Floats to allocate.</summary>
    public long Length => (long)Planes * Contracted * Produced;
}
