using IlgpuStyle.Kernels;

namespace IlgpuStyle.StyleTransfer;

/// <summary>Device memory that a run will take, known before anything is allocated.</summary>
/// <param name="WeightBytes">The network's weights, in every order that the device's kernels read.</param>
/// <param name="ScratchBytes">What launches share: workspaces, partial sums, packed matrices.</param>
/// <param name="TargetBytes">The most that a pass of the content or of a style takes; freed before the steps.</param>
/// <param name="GraphBytes">Activations, gradients, targets and losses of a step.</param>
/// <param name="OptimizerBytes">The optimizer's state and the pictures that are kept.</param>
/// <param name="MemorySaving">
/// How far activations are shared and recomputed: <see cref="Autodiff.Tape.MemorySaving"/>.
/// </param>
/// <param name="RecomputedShare">The extra arithmetic of a step that this costs, relative to a step without.</param>
public sealed record MemoryPlan(
    long WeightBytes, long ScratchBytes, long TargetBytes, long GraphBytes, long OptimizerBytes, int MemorySaving,
    double RecomputedShare)
{
    /// <summary>The peak.</summary>
    public long TotalBytes => WeightBytes + ScratchBytes + Math.Max(TargetBytes, GraphBytes + OptimizerBytes);

    /// <summary>Refuses a plan that does not fit.</summary>
    /// <param name="deviceBytes">The device's memory.</param>
    /// <param name="limitBytes">The user's limit, or null.</param>
    /// <param name="height">Of the result, in pixels.</param>
    /// <param name="width">Of the result, in pixels.</param>
    /// <param name="smallestSide">The least height and width that the recipe can use, in pixels.</param>
    /// <exception cref="DeviceException">
    /// It does not fit; the message gives what is needed and available, and the size that would fit.
    /// </exception>
    public void RequireAtMost(long deviceBytes, long? limitBytes, int height, int width, int smallestSide)
    {
        long availableBytes = Math.Min(deviceBytes, limitBytes ?? long.MaxValue);
        if (TotalBytes <= availableBytes)
            return;
        // All but the weights grows with the number of pixels; the border's share shrinks, hence a little less.
        double share = (availableBytes - WeightBytes) / (double)(TotalBytes - WeightBytes);
        double scale = 0.99 * Math.Sqrt(Math.Max(0, share));
        string more = limitBytes <= deviceBytes ? "a larger --max-memory" : "another --device";
        string advice = scale * Math.Min(height, width) >= smallestSide
            ? $"--size {(int)(scale * width)}x{(int)(scale * height)} instead of {width}x{height} would fit"
            : share > 0
                ? $"not even {smallestSide} pixels a side would fit; {more} may do"
                : $"the weights alone leave no room; {more} may do";
        throw new DeviceException(
            $"The run needs {Mebibytes(TotalBytes)} MiB of device memory, but {Mebibytes(availableBytes)} MiB are "
            + $"available: {advice}.");
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
