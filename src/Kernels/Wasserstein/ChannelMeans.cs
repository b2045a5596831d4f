using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>The mean of each channel over the pixels: μ[c] = Σ x[p,c] / M.</summary>
/// <remarks>
/// Shapes: x [H,W,C], M = H·W; μ [C]. Fixed order: the rows are dealt out to 64 shares, which are then added up.
/// Launch: one work-item per share and channel, channels fastest; then one per channel.
/// </remarks>
public sealed class ChannelMeansForward(Engine engine) : IDisposable
{
    private const int Shares = 64;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, PixelLayout> _shareKernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, PixelLayout>(ChannelSharesKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, float> _totalKernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, float>(ChannelMeansForwardKernel);

    private readonly Dictionary<int, DeviceArray> _partials = [];

    private static void ChannelSharesKernel(ArrayView<float> x, ArrayView<float> partials, PixelLayout layout)
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
                for (int column = 0; column < layout.Width; column++)
                    rowSum += x[first + column * layout.Pitch];
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

    /// <summary>means = the channels' means.</summary>
    /// <exception cref="ArgumentException">The array's length is not C.</exception>
    public void Launch(Tensor x, DeviceArray means)
    {
        ArgumentNullException.ThrowIfNull(x);
        int channels = x.Shape.Channels;
        Require.Length(nameof(ChannelMeansForward), means, channels);
        if (!_partials.TryGetValue(channels, out DeviceArray? partials))
        {
            partials = engine.AllocateArray("channel sums", Shares * channels);
            _partials.Add(channels, partials);
        }
        using (engine.Launch(nameof(ChannelMeansForward), x.Shape.Length, 4.0 * x.Shape.Length))
        {
            _shareKernel(FlatLaunch.Over(Shares * channels), x.View, partials.View, new PixelLayout(x.Shape));
            _totalKernel(FlatLaunch.Over(channels), partials.View, means.View, channels, 1f / x.Shape.Pixels);
        }
    }

    /// <summary>Frees the partial sums.</summary>
    public void Dispose()
    {
        foreach (DeviceArray partials in _partials.Values)
            partials.Dispose();
    }
}

/// <summary>The backward pass of <see cref="ChannelMeansForward"/>: dx[p,c] (+)= dμ[c] / M.</summary>
/// <remarks>
/// Shapes: dμ [C], dx [H,W,C]. With rectified x the contribution is multiplied by (x &gt; 0). Launch: one work-item per
/// element.
/// </remarks>
public sealed class ChannelMeansBackward(Engine engine)
{
    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, PixelLayout, float, float> _kernel =
        engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<float>, ArrayView<float>, int, PixelLayout, float, float>(
            ChannelMeansBackwardKernel);

    private static void ChannelMeansBackwardKernel(
        ArrayView<float> gradMeans, ArrayView<float> gradX, ArrayView<float> mask, int maskStride, PixelLayout layout,
        float scale, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            int channel = item % layout.Channels;
            int i = layout.ElementOffset(item);
            gradX[i] = Accumulate.Onto(
                gradX[i], Accumulate.Rectify(scale * gradMeans[channel], mask[i * maskStride]), keep);
        }
    }

    /// <summary>gradX (+)= gradMeans / M in every pixel.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(DeviceArray gradMeans, Tensor gradX, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradX);
        Require.Length(nameof(ChannelMeansBackward), gradMeans, gradX.Shape.Channels);
        if (rectifiedBy is not null)
            Require.Shape(nameof(ChannelMeansBackward), rectifiedBy, gradX.Shape);
        var layout = new PixelLayout(gradX.Shape);
        (ArrayView<float> mask, int maskStride) = RectifierMask.Floats(engine, rectifiedBy);
        double bytes = 4.0 * gradX.Shape.Length * (1 + maskStride);
        using (engine.Launch(nameof(ChannelMeansBackward), gradX.Shape.Length, bytes))
        {
            _kernel(FlatLaunch.Over(layout.Count), gradMeans.View, gradX.View, mask, maskStride, layout,
                1f / gradX.Shape.Pixels, Accumulate.Keep(write));
        }
    }
}
