using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Text;

/// <summary>What a run takes, for the user to read.</summary>
internal static class MemoryText
{
    /// <summary>"memory: 512 MiB, in bands of 64 rows, recomputing 50 %"; on a GPU its memory alone.</summary>
    public static string Of(MemoryPlan plan, DeviceClass device, IReadOnlyList<ScalePictures> scales) =>
        $"{(device == DeviceClass.Cpu ? "" : "device ")}memory: {Mebibytes(plan, device, scales)} MiB{FormOf(plan)}";

    /// <summary>A GPU's memory, or on a CPU the whole program's.</summary>
    public static long Mebibytes(MemoryPlan plan, DeviceClass device, IReadOnlyList<ScalePictures> scales) =>
        plan.TotalMebibytes + (device == DeviceClass.Cpu ? StyleTransferJob.HostBytes(scales) >> 20 : 0);

    /// <summary>How the plan gets by: nothing, or what follows behind a comma.</summary>
    public static string FormOf(MemoryPlan plan) =>
        (plan.Form.Bands is { } bands ? $", in bands of {bands}" : "")
        + (plan.RecomputedShare > 0 ? $", recomputing {plan.RecomputedShare:P0} of a step" : "")
        + (plan.Form.OptimizerOnHost ? ", the optimizer's history in the host's memory" : "");
}
