using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Wasserstein;

namespace IlgpuStyle.Kernels.Moments;

/// <summary>
/// Standard deviations of channels whose pixels are summed window by window, before the mean of all is known:
/// S[c] = Σ over windows of share·q[c]², then σ[c] = √(S[c] − μ[c]²).
/// </summary>
/// <remarks>
/// Shapes: q, S, μ, σ [C]; q is the root mean square in a window, as <see cref="ChannelDeviationsForward"/> gives it
/// around means of 0, and share the window's pixels in relation to all. A difference that rounding alone can make is
/// none (<see cref="CovarianceForward.RoundingShare"/>). Launch: one work-item per channel.
/// </remarks>
public sealed class ChannelDeviationsOfWindows(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, float, float> _addKernel =
        new(engine, AddSquaresOfWindowKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int> _kernel =
        new(engine, ChannelDeviationsOfWindowsKernel);

    private static void AddSquaresOfWindowKernel(
        ArrayView<float> rootMeanSquares, ArrayView<float> squares, int channels, float share, float keep)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float added = share * rootMeanSquares[channel] * rootMeanSquares[channel];
            squares[channel] = Accumulate.Onto(squares[channel], added, keep);
        }
    }

    private static void ChannelDeviationsOfWindowsKernel(
        ArrayView<float> squares, ArrayView<float> means, ArrayView<float> deviations, int channels)
    {
        int channel = FlatLaunch.Item;
        if (channel < channels)
        {
            float square = squares[channel];
            float difference = square - means[channel] * means[channel];
            deviations[channel] = MathF.Sqrt(Utilities.Select(
                difference <= CovarianceForward.RoundingShare * square, 0f, difference));
        }
    }

    /// <summary>squares (+)= share·rootMeanSquares².</summary>
    /// <param name="rootMeanSquares">q, C values.</param>
    /// <param name="share">Of the window's pixels in all.</param>
    /// <param name="squares">S, C values.</param>
    /// <param name="write">Whether S is assigned, at the first window, or added to.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Add(DeviceArray rootMeanSquares, float share, DeviceArray squares, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(rootMeanSquares);
        Require.Length(nameof(ChannelDeviationsOfWindows), squares, rootMeanSquares.Length);
        int channels = (int)rootMeanSquares.Length;
        using (engine.Launch("ChannelDeviationsOfWindows (sums)", 3.0 * channels, 12.0 * channels))
        {
            _addKernel.Launch(FlatLaunch.Over(channels), rootMeanSquares.View, squares.View, channels, share,
                Accumulate.Keep(write));
        }
    }

    /// <summary>deviations = the channels' standard deviations, once all windows are added.</summary>
    /// <param name="squares">S, C values.</param>
    /// <param name="means">μ, C values.</param>
    /// <param name="deviations">σ, C values; may be S.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Launch(DeviceArray squares, DeviceArray means, DeviceArray deviations)
    {
        ArgumentNullException.ThrowIfNull(squares);
        Require.Length(nameof(ChannelDeviationsOfWindows), means, squares.Length);
        Require.Length(nameof(ChannelDeviationsOfWindows), deviations, squares.Length);
        int channels = (int)squares.Length;
        using (engine.Launch("ChannelDeviationsOfWindows (total)", 3.0 * channels, 12.0 * channels))
        {
            _kernel.Launch(
                FlatLaunch.Over(channels), squares.View, means.View, deviations.View, channels);
        }
    }
}
