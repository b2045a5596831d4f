using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.StyleTransfer;

/// <summary>Device memory that a run will take, known before anything is allocated.</summary>
/// <param name="WeightBytes">The network's weights, in every order that the device's kernels read.</param>
/// <param name="ScratchBytes">What launches share: workspaces, partial sums, packed matrices.</param>
/// <param name="TargetBytes">The most that a pass of the content or of a style takes; freed before the steps.</param>
/// <param name="GraphBytes">Activations, gradients, targets and losses of a step.</param>
/// <param name="OptimizerBytes">The optimizer's state and the pictures that are kept.</param>
/// <param name="Form">How the run gets by with it.</param>
/// <param name="RecomputedShare">The extra arithmetic of a step that this costs, relative to a step without.</param>
public sealed record MemoryPlan(
    long WeightBytes, long ScratchBytes, long TargetBytes, long GraphBytes, long OptimizerBytes, MemoryForm Form,
    double RecomputedShare)
{
    /// <summary>The peak.</summary>
    public long TotalBytes => WeightBytes + ScratchBytes + Math.Max(TargetBytes, GraphBytes + OptimizerBytes);

    /// <summary>The peak in MiB, rounded up.</summary>
    public long TotalMebibytes => Mebibytes(TotalBytes);

    /// <summary>
    /// The factor of height and width that must at least be taken off to stay within a memory that this plan exceeds;
    /// 0 where the weights leave no room.
    /// </summary>
    /// <remarks>
    /// Of all but the weights, most grows with the number of pixels; what does not is why a smaller plan may need a
    /// factor more. The borders' share grows, hence a little less.
    /// </remarks>
    internal double SideFactor(long availableBytes) =>
        0.99 * Math.Sqrt(Math.Max(0, (availableBytes - WeightBytes) / (double)(TotalBytes - WeightBytes)));

    /// <summary>Says what is needed and available, and the size that would fit.</summary>
    /// <param name="limit">What is available.</param>
    /// <param name="size">The result's, in pixels.</param>
    /// <param name="fitting">The size that would fit; null where none does.</param>
    /// <param name="smallestSide">The least height and width that the recipe can use, in pixels.</param>
    internal DeviceException Refusal(
        MemoryLimit limit, (int Height, int Width) size, (int Height, int Width)? fitting, int smallestSide)
    {
        string advice = fitting is var (height, width)
            ? $"--size {width}x{height} instead of {size.Width}x{size.Height} would fit"
            : limit.Bytes > WeightBytes
                ? $"not even {smallestSide} pixels a side would fit; {limit.Remedy} may do"
                : $"the weights alone leave no room; {limit.Remedy} may do";
        return new DeviceException(
            $"The run needs {TotalMebibytes} MiB of device memory, but {Mebibytes(limit.Bytes)} MiB are "
            + $"available: {advice}.");
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}

/// <summary>Device memory that a run may take.</summary>
/// <param name="DeviceBytes">All that the device has.</param>
/// <param name="UserBytes">What the user allows; null for all.</param>
internal readonly record struct MemoryLimit(long DeviceBytes, long? UserBytes)
{
    /// <summary>The lower of the two.</summary>
    public long Bytes => Math.Min(DeviceBytes, UserBytes ?? long.MaxValue);

    /// <summary>What would give more.</summary>
    public string Remedy => UserBytes <= DeviceBytes ? "a larger --max-memory" : "another --device";
}

/// <summary>How a run gets by with its memory.</summary>
/// <param name="MemorySaving">See <see cref="Tape.MemorySaving"/>.</param>
/// <param name="Bands">See <see cref="Tape.Bands"/>; null for none.</param>
/// <param name="OptimizerOnHost">
/// Whether the optimizer's state lies in the host's memory, as far as steps can do without.
/// </param>
public readonly record struct MemoryForm(int MemorySaving, BandSize? Bands = null, bool OptimizerOnHost = false)
{
    /// <summary>Bands for a picture, from least work to least memory: cut in rows, then in columns too.</summary>
    internal static IEnumerable<MemoryForm> InBands(int height, int width)
    {
        int[] rows = [2048, 1024, 512, 384, 256, 192, 160, 128, 112, 96, 80, 64];
        int[] columns = [4096, 2048, 1024, 512, 256];
        return rows.Where(count => count < height).Select(count => new BandSize(count, BandSize.AllColumns))
            .Concat(columns.Where(count => count < width).Select(count => new BandSize(rows[^1], count)))
            .Select(bands => new MemoryForm(1, bands));
    }
}
