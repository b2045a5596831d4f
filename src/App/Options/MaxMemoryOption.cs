using System.CommandLine;
using IlgpuStyle.App.Help;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Options;

/// <summary><c>--max-memory</c>.</summary>
internal static class MaxMemoryOption
{
    public static Option<int?> Create() => Numbers.Whole(
        "--max-memory",
        "Memory to take at most, in MiB: a GPU's, or on a CPU the whole program's; a run that needs more recomputes "
            + "activations instead of keeping them, or goes in bands. Default: all that the device has, on a CPU what "
            + "is free less a tenth.",
        least: 1).About(Subject.Device);

    /// <summary>The device memory that the limit leaves, in bytes; null for no limit.</summary>
    public static long? DeviceBytes(int? mebibytes, DeviceClass device, IReadOnlyList<ScalePictures> scales)
    {
        if (mebibytes is not { } given)
            return null;
        long bytes = (long)given << 20;
        return device == DeviceClass.Cpu
            ? Math.Max(0, bytes - StyleTransferJob.HostBytes(scales))
            : bytes;
    }
}
