using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>The covariance of a layer's channels from their moments: Σ = S − μμᵀ + (r + δ)·I.</summary>
/// <remarks>
/// Shapes: S [C,C], the second moment FᵀF/M; μ [C]; Σ [C,C]. The ridge r keeps the matrix root away from zero
/// eigenvalues. Where features hardly vary, as those of one colour, rounding of S outweighs their variance and leaves
/// eigenvalues below zero, and a root that does not exist: there δ = max(0, 4e-6·trace S − 1e-4·trace (S − μμᵀ)), which
/// is 0 while the variance is more than a twenty-fifth of the second moment. Launch: one work-item per element; then
/// one group for δ.
/// </remarks>
public sealed class CovarianceForward(Engine engine)
{
    /// <summary>Of a second moment: what float32 sums of M products and the mean's square are off at most.</summary>
    public const float RoundingShare = 4e-6f;

    /// <summary>Of the variance: rounding below this does no harm.</summary>
    private const float HarmlessShare = 1e-4f;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float> _kernel =
        new(engine, CovarianceForwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int> _ridgeKernel =
        new(engine, RoundingRidgeKernel);

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

    private static void RoundingRidgeKernel(
        ArrayView<float> secondMoment, ArrayView<float> means, ArrayView<float> covariance, int channels)
    {
        float moments = 0;
        float squares = 0;
        for (int channel = Group.IdxX; channel < channels; channel += GroupSum.GroupSize)
        {
            moments += secondMoment[channel * channels + channel];
            squares += means[channel] * means[channel];
        }
        float moment = GroupSum.Of(moments);
        float ridge = RoundingRidge(moment, GroupSum.Of(squares));
        for (int channel = Group.IdxX; channel < channels; channel += GroupSum.GroupSize)
            covariance[channel * channels + channel] += ridge;
    }

    /// <summary>δ, of the traces of S and μμᵀ.</summary>
    public static float RoundingRidge(float moment, float squares) =>
        IntrinsicMath.Max(0f, RoundingShare * moment - HarmlessShare * (moment - squares));

    /// <summary>covariance = secondMoment − means·meansᵀ + (ridge + δ)·I.</summary>
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
        using (engine.Launch("CovarianceForward (ridge)", 4.0 * channels, 16.0 * channels))
        {
            _ridgeKernel.Launch(
                new KernelConfig(1, GroupSum.GroupSize), secondMoment.View, means.View, covariance.View, channels);
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
