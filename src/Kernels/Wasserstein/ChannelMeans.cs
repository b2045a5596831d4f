using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>
/// The mean of each channel over the pixels, weighted where weights are given: μ[c] = Σ w[p]·x[p,c]/M.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C], M = H·W; w [H,W,1], 1 where there is none; μ [C]. Fixed order: the rows are dealt out to 64
/// shares, which are then added up.
/// Launch: one work-item per share and quad of channels, quads fastest; then one per channel.
/// </remarks>
public sealed class ChannelMeansForward(Engine engine) : IDisposable
{
    private const int Shares = 64;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<float>, int, ArrayView<F4>, QuadLayout> _shareKernel =
        new(engine, ChannelSharesKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, float> _totalKernel =
        new(engine, ChannelMeansForwardKernel);

    private readonly ScratchArrays _partials = new(engine, Partials);

    private static void ChannelSharesKernel(
        ArrayView<F4> x, ArrayView<float> weights, int weightPitch, ArrayView<F4> partials, QuadLayout layout)
    {
        int item = FlatLaunch.Item;
        if (item < Shares * layout.Quads)
        {
            int share = item / layout.Quads;
            int quad = item - share * layout.Quads;
            F4 sum = F4.Broadcast(0f);
            for (int row = share; row < layout.Height; row += Shares)
            {
                F4 rowSum = F4.Broadcast(0f);
                int first = layout.Offset(row, 0) + quad;
                int firstWeight = layout.Offset(row, 0) / layout.Quads * weightPitch;
                for (int column = 0; column < layout.Width; column++)
                {
                    rowSum += F4.Broadcast(weights[firstWeight + column * weightPitch])
                        * x[first + column * layout.Quads];
                }
                sum += rowSum;
            }
            partials[item] = sum;
        }
    }

    private static void ChannelMeansForwardKernel(
        ArrayView<float> partials, ArrayView<float> means, int channels, int pitch, float scale)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float sum = 0;
            for (int share = 0; share < Shares; share++)
                sum += partials[share * pitch + channel];
            means[channel] = scale * sum;
        }
    }

    private static ScratchLayout Partials { get; } = new("channel sums", pitch => (long)Shares * pitch);

    /// <summary>The partial sums of a launch.</summary>
    /// <param name="features">The shape of x.</param>
    public static SharedScratch Scratch(TensorShape features) => Partials.Need(features.PaddedChannels);

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
        if (weights is not null)
            Require.Shape(nameof(ChannelMeansForward), weights, PixelMask.Shape(x.Shape));
        int pitch = x.Shape.PaddedChannels;
        DeviceArray partials = _partials.For(pitch)[0];
        using (engine.Launch("ChannelMeansForward (sums)", (weights is null ? 1.0 : 2.0) * x.Shape.Length,
            4.0 * x.Shape.Length + WeightBytes(weights)))
        {
            _shareKernel.Launch(FlatLaunch.Over(Shares * pitch / 4), x.View.Cast<F4>(), Ones.IfNull(engine, weights),
                WeightPitch(weights), partials.View.Cast<F4>(), new QuadLayout(x.Shape));
        }
        using (engine.Launch("ChannelMeansForward (total)", Shares * channels, 4.0 * Shares * channels))
        {
            _totalKernel.Launch(
                FlatLaunch.Over(channels), partials.View, means.View, channels, pitch, 1f / x.Shape.Pixels);
        }
    }

    /// <summary>Frees the partial sums.</summary>
    public void Dispose() => _partials.Dispose();

    /// <summary>Least bytes of reading the weights.</summary>
    internal static double WeightBytes(Tensor? weights) => 4.0 * (weights?.Shape.Pixels ?? 0);

    /// <summary>Floats from one pixel's weight to the next.</summary>
    internal static int WeightPitch(Tensor? weights) => Ones.Stride(weights) * TensorShape.ChannelMultiple;
}

/// <summary>The backward pass of <see cref="ChannelMeansForward"/>: dx[p,c] (+)= w[p]·dμ[c] / M.</summary>
/// <remarks>
/// Shapes: dμ [C], w [H,W,1], dx [H,W,C]. With rectified x the contribution is multiplied by (x &gt; 0). Launch: one
/// work-item per quad of dx.
/// </remarks>
public sealed class ChannelMeansBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, int, ArrayView<float>, int, ArrayView<F4>, ArrayView<F4>, int,
        QuadLayout, float, float> _kernel = new(engine, ChannelMeansBackwardKernel);

    private static void ChannelMeansBackwardKernel(
        ArrayView<float> gradMeans, int channels, ArrayView<float> weights, int weightPitch, ArrayView<F4> gradX,
        ArrayView<F4> mask, int maskStride, QuadLayout layout, float scale, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            QuadPlace at = layout.Place(item);
            int first = layout.Offset(at.Row, at.Column);
            int i = first + at.Quad;
            float weight = scale * weights[first / layout.Quads * weightPitch];
            var gradient = new F4(
                OrPadding(gradMeans, 4 * at.Quad, channels), OrPadding(gradMeans, 4 * at.Quad + 1, channels),
                OrPadding(gradMeans, 4 * at.Quad + 2, channels), OrPadding(gradMeans, 4 * at.Quad + 3, channels));
            F4 contribution = Accumulate.Rectify(F4.Broadcast(weight) * gradient, mask[i * maskStride]);
            gradX[i] = Accumulate.Onto(gradX[i], contribution, keep);
        }
    }

    /// <summary>A channel's value, 0 behind the last one: a tensor's padding stays zero.</summary>
    private static float OrPadding(ArrayView<float> values, int channel, int channels) =>
        Utilities.Select(channel < channels, values[IntrinsicMath.Min(channel, channels - 1)], 0f);

    /// <summary>gradX (+)= weights·gradMeans / M in every pixel; null weights are 1.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(DeviceArray gradMeans, Tensor? weights, Tensor gradX, Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradX);
        TensorShape shape = gradX.Shape;
        Require.Length(nameof(ChannelMeansBackward), gradMeans, shape.Channels);
        if (rectifiedBy is not null)
            Require.Shape(nameof(ChannelMeansBackward), rectifiedBy, shape);
        if (weights is not null)
            Require.Shape(nameof(ChannelMeansBackward), weights, PixelMask.Shape(shape));
        var layout = new QuadLayout(shape);
        using (engine.Launch(nameof(ChannelMeansBackward), shape.Length,
            ChannelMeansForward.WeightBytes(weights) + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch(FlatLaunch.Over(layout.Count), gradMeans.View, shape.Channels, Ones.IfNull(engine, weights),
                ChannelMeansForward.WeightPitch(weights), gradX.View.Cast<F4>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F4>(), Ones.Stride(rectifiedBy), layout, 1f / shape.Pixels,
                Accumulate.Keep(write));
        }
    }
}
