using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Wasserstein;

namespace IlgpuStyle.Kernels.Moments;

/// <summary>
/// The standard deviation of each channel over the pixels: σ[c] = √(Σ (x[p,c] − w[p]·μ[c])²/M), w being 1 where no
/// weights are given.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C], M = H·W; w [H,W,1]; μ, σ [C]. Where pixels count differently x holds the features times w, and w²
/// adds up to M: a pixel then has the weight w²/M. Differences are squared, not moments subtracted, which would cancel
/// where a channel hardly varies. Fixed order: the rows are dealt out to 64 shares, which are then added up. Launch:
/// one work-item per share and quad of channels, quads fastest; then one per channel.
/// </remarks>
public sealed class ChannelDeviationsForward(Engine engine) : IDisposable
{
    private const int Shares = 64;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<float>, int, ArrayView<float>, int, ArrayView<F4>,
        QuadLayout> _shareKernel = new(engine, ChannelDeviationSharesKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, float> _totalKernel =
        new(engine, ChannelDeviationsForwardKernel);

    private readonly ScratchArrays _partials = new(engine, Partials);

    private static void ChannelDeviationSharesKernel(
        ArrayView<F4> x, ArrayView<float> weights, int weightPitch, ArrayView<float> means, int channels,
        ArrayView<F4> partials, QuadLayout layout)
    {
        int item = FlatLaunch.Item;
        if (item < Shares * layout.Quads)
        {
            int share = item / layout.Quads;
            int quad = item - share * layout.Quads;
            var mean = new F4(
                OrPadding(means, 4 * quad, channels), OrPadding(means, 4 * quad + 1, channels),
                OrPadding(means, 4 * quad + 2, channels), OrPadding(means, 4 * quad + 3, channels));
            F4 sum = F4.Broadcast(0f);
            for (int row = share; row < layout.Height; row += Shares)
            {
                F4 rowSum = F4.Broadcast(0f);
                int first = layout.Offset(row, 0) + quad;
                int firstWeight = layout.Offset(row, 0) / layout.Quads * weightPitch;
                for (int column = 0; column < layout.Width; column++)
                {
                    F4 difference = x[first + column * layout.Quads]
                        - F4.Broadcast(weights[firstWeight + column * weightPitch]) * mean;
                    rowSum += difference * difference;
                }
                sum += rowSum;
            }
            partials[item] = sum;
        }
    }

    private static void ChannelDeviationsForwardKernel(
        ArrayView<float> partials, ArrayView<float> deviations, int channels, int pitch, float scale)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float sum = 0;
            for (int share = 0; share < Shares; share++)
                sum += partials[share * pitch + channel];
            deviations[channel] = MathF.Sqrt(scale * sum);
        }
    }

    /// <summary>A channel's value, 0 behind the last one.</summary>
    private static float OrPadding(ArrayView<float> values, int channel, int channels) =>
        Utilities.Select(channel < channels, values[IntrinsicMath.Min(channel, channels - 1)], 0f);

    private static ScratchLayout Partials { get; } = new("channel squares", pitch => (long)Shares * pitch);

    /// <summary>The partial sums of a launch.</summary>
    /// <param name="features">The shape of x.</param>
    public static SharedScratch Scratch(TensorShape features) => Partials.Need(features.PaddedChannels);

    /// <summary>deviations = the channels' standard deviations.</summary>
    /// <param name="x">The features.</param>
    /// <param name="weights">w, one channel; null for 1.</param>
    /// <param name="means">The channels' means, C values.</param>
    /// <param name="deviations">C values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor x, Tensor? weights, DeviceArray means, DeviceArray deviations)
    {
        ArgumentNullException.ThrowIfNull(x);
        int channels = x.Shape.Channels;
        Require.Length(nameof(ChannelDeviationsForward), means, channels);
        Require.Length(nameof(ChannelDeviationsForward), deviations, channels);
        if (weights is not null)
            Require.Shape(nameof(ChannelDeviationsForward), weights, PixelMask.Shape(x.Shape));
        int pitch = x.Shape.PaddedChannels;
        DeviceArray partials = _partials.For(pitch)[0];
        using (engine.Launch("ChannelDeviationsForward (sums)", (weights is null ? 3.0 : 4.0) * x.Shape.Length,
            4.0 * x.Shape.Length + ChannelMeansForward.WeightBytes(weights)))
        {
            _shareKernel.Launch(FlatLaunch.Over(Shares * pitch / 4), x.View.Cast<F4>(), Ones.IfNull(engine, weights),
                ChannelMeansForward.WeightPitch(weights), means.View, channels, partials.View.Cast<F4>(),
                new QuadLayout(x.Shape));
        }
        using (engine.Launch("ChannelDeviationsForward (total)", Shares * channels, 4.0 * Shares * channels))
        {
            _totalKernel.Launch(
                FlatLaunch.Over(channels), partials.View, deviations.View, channels, pitch, 1f / x.Shape.Pixels);
        }
    }

    /// <summary>Frees the partial sums.</summary>
    public void Dispose() => _partials.Dispose();
}
