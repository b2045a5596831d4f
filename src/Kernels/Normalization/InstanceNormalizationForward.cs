using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>
/// Instance normalisation with given statistics: y = γ[c]·x̂ + β[c], x̂ = (x − μ[c])/√(σ²[c] + ε), or max(0, y).
/// </summary>
/// <remarks>
/// Shapes: x, y [H,W,C], γ, β [C], statistics of <see cref="InstanceStatistics"/>. Source: Ulyanov, Vedaldi and
/// Lempitsky 2016, arXiv:1607.08022. Launch: one work-item per quad; on a CPU <see cref="InstanceNormalizationCpu"/>.
/// Overwrites y.
/// </remarks>
public sealed class InstanceNormalizationForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<float>, ArrayView<float>, int,
        QuadLayout, float> _kernel = new(engine, InstanceNormalizationForwardKernel);

    private static void InstanceNormalizationForwardKernel(
        ArrayView<F4> x, ArrayView<F4> y, ArrayView<F4> statistics, ArrayView<float> scale, ArrayView<float> bias,
        int channels, QuadLayout layout, float floor)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            QuadPlace at = layout.Place(item);
            int i = layout.Offset(at.Row, at.Column) + at.Quad;
            F4 factor = statistics[at.Quad + 2 * layout.Quads] * ChannelQuad.Of(scale, at.Quad, channels);
            F4 centred = x[i] - statistics[at.Quad] - statistics[at.Quad + layout.Quads];
            y[i] = F4.Floor(factor * centred + ChannelQuad.Of(bias, at.Quad, channels), floor);
        }
    }

    /// <summary>y = the normalised x.</summary>
    /// <param name="x">The features, or a window of them.</param>
    /// <param name="statistics">Of all of them.</param>
    /// <param name="scale">γ.</param>
    /// <param name="bias">β.</param>
    /// <param name="y">Overwritten.</param>
    /// <param name="rectified">Whether a ReLU stands behind it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor x, DeviceArray statistics, DeviceArray scale, DeviceArray bias, Tensor y, bool rectified)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorShape shape = x.Shape;
        Require.Shape(nameof(InstanceNormalizationForward), y, shape);
        Require.Length(nameof(InstanceNormalizationForward), statistics, InstanceStatistics.Length(shape));
        Require.Length(nameof(InstanceNormalizationForward), scale, shape.Channels);
        Require.Length(nameof(InstanceNormalizationForward), bias, shape.Channels);
        var layout = new QuadLayout(shape);
        using (engine.Launch(nameof(InstanceNormalizationForward), 5.0 * shape.Length, 8.0 * shape.Length))
        {
            float floor = rectified ? 0f : float.NegativeInfinity;
            if (F16.Fit(engine, shape))
            {
                engine.Get(e => new InstanceNormalizationCpu(e)).LaunchForward(x, statistics, scale, bias, y, floor);
                return;
            }
            _kernel.Launch(FlatLaunch.Over(layout.Count), x.View.Cast<F4>(), y.View.Cast<F4>(),
                statistics.View.Cast<F4>(), scale.View, bias.View, shape.Channels, layout, floor);
        }
    }
}

/// <summary>Values of four channels from an array that ends with the last channel.</summary>
internal static class ChannelQuad
{
    /// <summary>Those of a quad; 0 behind the last channel, so that a tensor's padding stays zero.</summary>
    public static F4 Of(ArrayView<float> values, int quad, int channels) => new(
        OrZero(values, 4 * quad, channels), OrZero(values, 4 * quad + 1, channels),
        OrZero(values, 4 * quad + 2, channels), OrZero(values, 4 * quad + 3, channels));

    private static float OrZero(ArrayView<float> values, int channel, int channels) =>
        Utilities.Select(channel < channels, values[IntrinsicMath.Min(channel, channels - 1)], 0f);
}
