using ILGPU;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>The covariance of a layer's channels from their moments: Σ = S − μμᵀ + r·I.</summary>
/// <remarks>
/// Shapes: S [C,C], the second moment FᵀF/M; μ [C]; Σ [C,C]. The ridge r keeps the matrix root away from zero
/// eigenvalues. Launch: one work-item per element.
/// </remarks>
public sealed class CovarianceForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float> _kernel =
        new(engine, CovarianceForwardKernel);

    private static void CovarianceForwardKernel(
        ArrayView<float> secondMoment, ArrayView<float> means, ArrayView<float> covariance, int channels, float ridge)
    {
        int item = FlatLaunch.Item;
        if (item < channels * channels)
        {
            int row = item / channels;
            int column = item - row * channels;
            covariance[item] = secondMoment[item] - means[row] * means[column] + (row == column ? ridge : 0f);
        }
    }

    /// <summary>covariance = secondMoment − means·meansᵀ + ridge·I.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Launch(DeviceArray secondMoment, DeviceArray means, DeviceArray covariance, float ridge)
    {
        ArgumentNullException.ThrowIfNull(means);
        Require.Length(nameof(CovarianceForward), secondMoment, means.Length * means.Length);
        Require.Length(nameof(CovarianceForward), covariance, means.Length * means.Length);
        int channels = (int)means.Length;
        using (engine.Launch(nameof(CovarianceForward), 2.0 * channels * channels, 8.0 * channels * channels))
        {
            _kernel.Launch(
                FlatLaunch.Over(channels * channels), secondMoment.View, means.View, covariance.View, channels, ridge);
        }
    }
}

/// <summary>
/// The backward pass of <see cref="CovarianceForward"/> with respect to the means, onto a gradient of their own:
/// dμ[c] = 2s·(μ[c] − t[c]) − Σ (D[c,j] + D[j,c])·μ[j] with D = dL/dΣ and the term s·Σ (μ − t)² of the loss.
/// </summary>
/// <remarks>Shapes: μ, t, dμ [C]; D [C,C]. dL/dS is D itself. Launch: one work-item per channel.</remarks>
public sealed class CovarianceBackwardMeans(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        float> _kernel = new(engine, CovarianceBackwardMeansKernel);

    private static void CovarianceBackwardMeansKernel(
        ArrayView<float> gradCovariance, ArrayView<float> means, ArrayView<float> targetMeans,
        ArrayView<float> gradMeans, int channels, float twiceScale)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float sum = 0;
            for (int j = 0; j < channels; j++)
                sum += (gradCovariance[channel * channels + j] + gradCovariance[j * channels + channel]) * means[j];
            gradMeans[channel] = twiceScale * (means[channel] - targetMeans[channel]) - sum;
        }
    }

    /// <summary>gradMeans = the gradient of the loss with respect to the means; scale is s.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Launch(
        DeviceArray gradCovariance, DeviceArray means, DeviceArray targetMeans, DeviceArray gradMeans, float scale)
    {
        ArgumentNullException.ThrowIfNull(means);
        Require.Length(nameof(CovarianceBackwardMeans), gradCovariance, means.Length * means.Length);
        Require.Length(nameof(CovarianceBackwardMeans), targetMeans, means.Length);
        Require.Length(nameof(CovarianceBackwardMeans), gradMeans, means.Length);
        int channels = (int)means.Length;
        using (engine.Launch(nameof(CovarianceBackwardMeans), 3.0 * channels * channels, 4.0 * channels * channels))
        {
            _kernel.Launch(FlatLaunch.Over(channels), gradCovariance.View, means.View, targetMeans.View, gradMeans.View,
                channels, 2 * scale);
        }
    }
}
