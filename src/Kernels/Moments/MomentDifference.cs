using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.Kernels.Wasserstein;

namespace IlgpuStyle.Kernels.Moments;

/// <summary>losses[slot] = a·Σ (μ − μ*)² + b·Σ (σ − σ*)² over the channels.</summary>
/// <remarks>
/// Shapes: μ, μ*, σ, σ* [C]. Source: Galerne, Raad, Lezama and Morel 2024, arXiv:2212.13459. Launch: one group.
/// </remarks>
public sealed class MomentDifferenceForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        ArrayView<float>, int, MomentFactors> _kernel = new(engine, MomentDifferenceForwardKernel);

    private static void MomentDifferenceForwardKernel(
        ArrayView<float> means, ArrayView<float> targetMeans, ArrayView<float> deviations,
        ArrayView<float> targetDeviations, int channels, ArrayView<float> losses, int slot, MomentFactors factors)
    {
        float sum = 0;
        for (int channel = Group.IdxX; channel < channels; channel += GroupSum.GroupSize)
        {
            float mean = means[channel] - targetMeans[channel];
            float deviation = deviations[channel] - targetDeviations[channel];
            sum += factors.Mean * mean * mean + factors.Deviation * deviation * deviation;
        }
        float total = GroupSum.Of(sum);
        if (Group.IdxX == 0)
            losses[slot] = total;
    }

    /// <summary>losses[slot] = the term.</summary>
    /// <exception cref="ArgumentException">The lengths differ or there is no such slot.</exception>
    public void Launch(
        DeviceArray means, DeviceArray targetMeans, DeviceArray deviations, DeviceArray targetDeviations,
        DeviceArray losses, int slot, MomentFactors factors)
    {
        ArgumentNullException.ThrowIfNull(means);
        Require.Length(nameof(MomentDifferenceForward), targetMeans, means.Length);
        Require.Length(nameof(MomentDifferenceForward), deviations, means.Length);
        Require.Length(nameof(MomentDifferenceForward), targetDeviations, means.Length);
        Require.Slot(nameof(MomentDifferenceForward), losses, slot);
        int channels = (int)means.Length;
        using (engine.Launch(nameof(MomentDifferenceForward), 8.0 * channels, 16.0 * channels))
        {
            _kernel.Launch(new KernelConfig(1, GroupSum.GroupSize), means.View, targetMeans.View, deviations.View,
                targetDeviations.View, channels, losses.View, slot, factors);
        }
    }
}

/// <summary>
/// The gradient of the term of <see cref="MomentDifferenceForward"/> with respect to the features:
/// dx[p,c] (+)= B[c]·(x[p,c] − w[p]·μ[c]) + A[c]·w[p], A = 2a/M·(μ − μ*), B = 2b/M·(σ − σ*)/σ, which is 0 where σ is 0
/// but for rounding.
/// </summary>
/// <remarks>
/// Shapes: x, dx [H,W,C], M = H·W; w [H,W,1], 1 where there is none; μ, μ*, σ, σ* [C]. With rectified x the
/// contribution is multiplied by (x &gt; 0). Launch: one work-item per channel for B and A − B·μ, then one per quad of
/// dx.
/// </remarks>
public sealed class MomentDifferenceBackward(Engine engine) : IDisposable
{
    /// <summary>A deviation below this share of the mean is that of a constant channel, rounded.</summary>
    private const float LeastDeviation = 1e-6f;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int,
        ArrayView<float>, MomentFactors> _coefficientKernel = new(engine, MomentCoefficientsKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<float>, int, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>,
        int, QuadLayout, float> _kernel = new(engine, MomentDifferenceBackwardKernel);

    private readonly ScratchArrays _coefficients = new(engine, Coefficients);

    private static void MomentCoefficientsKernel(
        ArrayView<float> means, ArrayView<float> targetMeans, ArrayView<float> deviations,
        ArrayView<float> targetDeviations, int channels, int pitch, ArrayView<float> coefficients,
        MomentFactors twiceOverPixels)
    {
        int channel = FlatLaunch.Item;
        if (channel < pitch)
        {
            // Behind the last channel both are zero: a tensor's padding stays so.
            int from = IntrinsicMath.Min(channel, channels - 1);
            bool counts = channel < channels;
            float mean = means[from];
            float deviation = deviations[from];
            bool varies = deviation > LeastDeviation * IntrinsicMath.Abs(mean);
            float quotient = (deviation - targetDeviations[from]) / Utilities.Select(varies, deviation, 1f);
            float slope = twiceOverPixels.Deviation * Utilities.Select(varies, quotient, 0f);
            float offset = twiceOverPixels.Mean * (mean - targetMeans[from]) - slope * mean;
            coefficients[channel] = Utilities.Select(counts, slope, 0f);
            coefficients[pitch + channel] = Utilities.Select(counts, offset, 0f);
        }
    }

    private static void MomentDifferenceBackwardKernel(
        ArrayView<F4> x, ArrayView<float> weights, int weightPitch, ArrayView<F4> coefficients, ArrayView<F4> gradX,
        ArrayView<F4> mask, int maskStride, QuadLayout layout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            QuadPlace at = layout.Place(item);
            int first = layout.Offset(at.Row, at.Column);
            int i = first + at.Quad;
            F4 contribution = coefficients[at.Quad] * x[i]
                + F4.Broadcast(weights[first / layout.Quads * weightPitch]) * coefficients[layout.Quads + at.Quad];
            gradX[i] = Accumulate.Onto(gradX[i], Accumulate.Rectify(contribution, mask[i * maskStride]), keep);
        }
    }

    private static ScratchLayout Coefficients { get; } = new("moment coefficients", pitch => 2L * pitch);

    /// <summary>The coefficients of a launch.</summary>
    /// <param name="features">The shape of x.</param>
    public static SharedScratch Scratch(TensorShape features) => Coefficients.Need(features.PaddedChannels);

    /// <summary>gradX (+)= the gradient of the term.</summary>
    /// <param name="x">The features.</param>
    /// <param name="weights">w; null for 1.</param>
    /// <param name="means">μ.</param>
    /// <param name="targetMeans">μ*.</param>
    /// <param name="deviations">σ.</param>
    /// <param name="targetDeviations">σ*.</param>
    /// <param name="factors">a and b.</param>
    /// <param name="gradX">The gradient of x.</param>
    /// <param name="rectifiedBy">The rectified value that gradX is the gradient of; null for none.</param>
    /// <param name="write">Whether gradX is assigned or added to.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor x, Tensor? weights, DeviceArray means, DeviceArray targetMeans, DeviceArray deviations,
        DeviceArray targetDeviations, MomentFactors factors, Tensor gradX, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorShape shape = x.Shape;
        Require.Shape(nameof(MomentDifferenceBackward), gradX, shape);
        if (weights is not null)
            Require.Shape(nameof(MomentDifferenceBackward), weights, PixelMask.Shape(shape));
        if (rectifiedBy is not null)
            Require.Shape(nameof(MomentDifferenceBackward), rectifiedBy, shape);
        Require.Length(nameof(MomentDifferenceBackward), means, shape.Channels);
        Require.Length(nameof(MomentDifferenceBackward), targetMeans, shape.Channels);
        Require.Length(nameof(MomentDifferenceBackward), deviations, shape.Channels);
        Require.Length(nameof(MomentDifferenceBackward), targetDeviations, shape.Channels);
        int pitch = shape.PaddedChannels;
        DeviceArray coefficients = _coefficients.For(pitch)[0];
        float scale = 2f / shape.Pixels;
        using (engine.Launch("MomentDifferenceBackward (coefficients)", 7.0 * shape.Channels, 24.0 * shape.Channels))
        {
            _coefficientKernel.Launch(FlatLaunch.Over(pitch), means.View, targetMeans.View, deviations.View,
                targetDeviations.View, shape.Channels, pitch, coefficients.View,
                new MomentFactors(scale * factors.Mean, scale * factors.Deviation));
        }
        var layout = new QuadLayout(shape);
        using (engine.Launch(nameof(MomentDifferenceBackward), 3.0 * shape.Length,
            4.0 * shape.Length + ChannelMeansForward.WeightBytes(weights) + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(layout.Count), x.View.Cast<F4>(), Ones.IfNull(engine, weights),
                ChannelMeansForward.WeightPitch(weights), coefficients.View.Cast<F4>(), gradX.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy), layout, Accumulate.Keep(write));
        }
    }

    /// <summary>Frees the coefficients.</summary>
    public void Dispose() => _coefficients.Dispose();
}

/// <summary>The factors of a term's two sums.</summary>
/// <param name="Mean">a, before that of the means.</param>
/// <param name="Deviation">b, before that of the standard deviations.</param>
public readonly record struct MomentFactors(float Mean, float Deviation);
