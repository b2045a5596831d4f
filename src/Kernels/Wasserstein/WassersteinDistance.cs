using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>
/// The squared Wasserstein-2 distance of two Gaussians from its parts: losses[slot] = s·Σ [(μ − μt)² + Σ[c,c] + Σt[c,c]
/// − 2R[c,c]], R the root of Σt^½·Σ·Σt^½.
/// </summary>
/// <remarks>
/// Shapes: μ, μt [C]; Σ, Σt, R [C,C]. Fixed order. Launch: one group. Source: Dowson and Landau 1982, "The Fréchet
/// distance between multivariate normal distributions".
/// </remarks>
public sealed class WassersteinDistance(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, ArrayView<float>, Place> _kernel = new(engine, WassersteinDistanceKernel);

    private static void WassersteinDistanceKernel(
        ArrayView<float> means, ArrayView<float> targetMeans, ArrayView<float> covariance,
        ArrayView<float> targetCovariance, ArrayView<float> root, ArrayView<float> losses, Place place)
    {
        float sum = 0;
        for (int channel = Group.IdxX; channel < place.Channels; channel += GroupSum.GroupSize)
        {
            float difference = means[channel] - targetMeans[channel];
            int i = channel * (place.Channels + 1);
            sum += difference * difference + (covariance[i] + targetCovariance[i] - 2f * root[i]);
        }
        float total = GroupSum.Of(sum);
        if (Group.IdxX == 0)
            losses[place.Slot] = place.Scale * total;
    }

    /// <summary>losses[slot] = scale · distance.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit or there is no such slot.</exception>
    public void Launch(
        DeviceArray means, DeviceArray targetMeans, DeviceArray covariance, DeviceArray targetCovariance,
        DeviceArray root, DeviceArray losses, int slot, float scale)
    {
        ArgumentNullException.ThrowIfNull(means);
        Require.Length(nameof(WassersteinDistance), targetMeans, means.Length);
        Require.Length(nameof(WassersteinDistance), covariance, means.Length * means.Length);
        Require.Length(nameof(WassersteinDistance), targetCovariance, means.Length * means.Length);
        Require.Length(nameof(WassersteinDistance), root, means.Length * means.Length);
        Require.Slot(nameof(WassersteinDistance), losses, slot);
        using (engine.Launch(nameof(WassersteinDistance), 7.0 * means.Length, 20.0 * means.Length))
        {
            _kernel.Launch(new KernelConfig(1, GroupSum.GroupSize), means.View, targetMeans.View, covariance.View,
                targetCovariance.View, root.View, losses.View,
                new Place { Channels = (int)means.Length, Slot = slot, Scale = scale });
        }
    }

    internal struct Place
    {
        public int Channels;
        public int Slot;
        public float Scale;
    }
}
