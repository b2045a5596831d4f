namespace IlgpuStyle.Kernels.Loss;

/// <summary>
/// The forms of total variation in use. a, b below are differences to the pixel below and to the right.
/// </summary>
public enum TotalVariationForm
{
    /// <summary>Σ (a² + b²)^1.25 over (H−1)×(W−1)×C. Source: the Keras style-transfer example.</summary>
    Power,

    /// <summary>Σ |a| + Σ |b|. Source: Johnson's neural-style; TensorFlow's tutorial.</summary>
    Absolute,

    /// <summary>mean a² + mean b², each over its own differences. Source: our preset balanced.</summary>
    MeanSquared,

    /// <summary>
    /// 2·(mean a²/3 + mean b²/3 + mean d²/12 + mean e²/12), d and e the diagonal differences, of the picture
    /// padded by replication. Source: crowsonkb's style-transfer-pytorch.
    /// </summary>
    DiagonalMeanSquared,
}
