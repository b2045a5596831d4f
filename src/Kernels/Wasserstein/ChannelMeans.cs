using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>
/// The mean of each channel over the pixels, weighted where weights are given: μ[c] = Σ w[p]·x[p,c]/M.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C], M = H·W; w [H,W,1], 1 where there is none; μ [C]. Fixed order: the rows are dealt out to 64
/// shares, which are then added up.
/// Launch: one work-item per share and channel, channels fastest; then one per channel.
/// </remarks>
public sealed class ChannelMeansForward(Engine engine) : IDisposable
{
    private const int Shares = 64;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, ArrayView<float>, PixelLayout>
        _shareKernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<float>, int, ArrayView<float>, PixelLayout>(ChannelSharesKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, float> _totalKernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, float>(ChannelMeansForwardKernel);

    private readonly Dictionary<int, DeviceArray> _partials = [];

    private static void ChannelSharesKernel(
        ArrayView<float> x, ArrayView<float> weights, int weightPitch, ArrayView<float> partials, PixelLayout layout)
    {
        int item = FlatLaunch.Item;
        if (item < Shares * layout.Channels)
        {
            int share = item / layout.Channels;
            int channel = item - share * layout.Channels;
            float sum = 0;
            for (int row = share; row < layout.Height; row += Shares)
            {
                float rowSum = 0;
                int first = layout.Offset(row, 0) + channel;
                int firstWeight = layout.Offset(row, 0) / layout.Pitch * weightPitch;
                for (int column = 0; column < layout.Width; column++)
                    rowSum += weights[firstWeight + column * weightPitch] * x[first + column * layout.Pitch];
                sum += rowSum;
            }
            partials[item] = sum;
        }
    }

    private static void ChannelMeansForwardKernel(
        ArrayView<float> partials, ArrayView<float> means, int channels, float scale)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float sum = 0;
            for (int share = 0; share < Shares; share++)
                sum += partials[share * channels + channel];
            means[channel] = scale * sum;
        }
    }

    /// <summary>The partial sums of a launch.</summary>
    /// <param name="channels">C.</param>
    public static SharedScratch Scratch(int channels) =>
        new($"channel sums {channels}", sizeof(float) * Shares * channels);

    /// <summary>means = the channels' means.</summary>
    /// <param name="x">The features.</param>
    /// <param name="weights">What each pixel counts, one channel; null for 1.</param>
    /// <param name="means">C values.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(Tensor x, Tensor? weights, DeviceArray means)
    {
        ArgumentNullException.ThrowIfNull(x);
        int channels = x.Shape.Channels;
        Require.Length(nameof(ChannelMeansForward), means, channels);
        (ArrayView<float> weightView, int weightPitch) =
            PixelWeights(nameof(ChannelMeansForward), engine, weights, x.Shape);
        if (!_partials.TryGetValue(channels, out DeviceArray? partials))
        {
            partials = engine.AllocateArray("channel sums", Shares * channels);
            _partials.Add(channels, partials);
        }
        using (engine.Launch(nameof(ChannelMeansForward), x.Shape.Length, 4.0 * x.Shape.Length))
        {
            _shareKernel(FlatLaunch.Over(Shares * channels), x.View, weightView, weightPitch, partials.View,
                new PixelLayout(x.Shape));
            _totalKernel(FlatLaunch.Over(channels), partials.View, means.View, channels, 1f / x.Shape.Pixels);
        }
    }

    /// <summary>Frees the partial sums.</summary>
    public void Dispose()
    {
        foreach (DeviceArray partials in _partials.Values)
            partials.Dispose();
    }

    /// <summary>Weights and the floats from one pixel's to the next; a 1 at pitch 0 where there are none.</summary>
    internal static (ArrayView<float> Weights, int Pitch) PixelWeights(
        string operation, Engine engine, Tensor? weights, TensorShape features)
    {
        if (weights is not null)
            Require.Shape(operation, weights, features with { Channels = 1 });
        // No rectifier and no weights are the same: ones.
        (ArrayView<float> view, int stride) = RectifierMask.Floats(engine, weights);
        return (view, stride * TensorShape.ChannelMultiple);
    }
}

/// <summary>The backward pass of <see cref="ChannelMeansForward"/>: dx[p,c] (+)= w[p]·dμ[c] / M.</summary>
/// <remarks>
/// Shapes: dμ [C], w [H,W,1], dx [H,W,C]. With rectified x the contribution is multiplied by (x &gt; 0). Launch: one
/// work-item per element.
/// </remarks>
public sealed class ChannelMeansBackward(Engine engine)
{
    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, int, ArrayView<float>, ArrayView<float>, int, PixelLayout,
        float, float> _kernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<float>, int, ArrayView<float>, ArrayView<float>, int, PixelLayout, float,
            float>(
            ChannelMeansBackwardKernel);

    private static void ChannelMeansBackwardKernel(
        ArrayView<float> gradMeans, ArrayView<float> weights, int weightPitch, ArrayView<float> gradX,
        ArrayView<float> mask, int maskStride, PixelLayout layout, float scale, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            int channel = item % layout.Channels;
            int i = layout.ElementOffset(item);
            float contribution = scale * gradMeans[channel] * weights[i / layout.Pitch * weightPitch];
            gradX[i] = Accumulate.Onto(gradX[i], Accumulate.Rectify(contribution, mask[i * maskStride]), keep);
        }
    }

    /// <summary>gradX (+)= weights·gradMeans / M in every pixel; null weights are 1.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(DeviceArray gradMeans, Tensor? weights, Tensor gradX, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradX);
        Require.Length(nameof(ChannelMeansBackward), gradMeans, gradX.Shape.Channels);
        if (rectifiedBy is not null)
            Require.Shape(nameof(ChannelMeansBackward), rectifiedBy, gradX.Shape);
        var layout = new PixelLayout(gradX.Shape);
        (ArrayView<float> weightView, int weightPitch) =
            ChannelMeansForward.PixelWeights(nameof(ChannelMeansBackward), engine, weights, gradX.Shape);
        (ArrayView<float> mask, int maskStride) = RectifierMask.Floats(engine, rectifiedBy);
        double bytes = 4.0 * gradX.Shape.Length * (1 + maskStride);
        using (engine.Launch(nameof(ChannelMeansBackward), gradX.Shape.Length, bytes))
        {
            _kernel(FlatLaunch.Over(layout.Count), gradMeans.View, weightView, weightPitch, gradX.View, mask,
                maskStride, layout, 1f / gradX.Shape.Pixels, Accumulate.Keep(write));
        }
    }
}
