using System.Reflection;
using ILGPU.Runtime;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Kernels.Matrix;
using IlgpuStyle.Kernels.Pooling;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.Kernels.Ptx;

/// <summary>A kernel that runs on GPUs, as its launcher loads it.</summary>
/// <param name="Method">The device method; kernels are named after it, each by its own name.</param>
/// <param name="Specialization">The group size and occupancy that it is compiled for, or none.</param>
internal sealed record GpuKernel(MethodInfo Method, KernelSpecialization Specialization)
{
    /// <summary>
    /// Every kernel but the forms for OpenCL on a CPU. Those that matter most, the cores of convolution and Gram
    /// matrix, and those short of registers say what they are compiled for; the others are found by the rule that a
    /// device method's name ends in "Kernel" and its class's, if it is a CPU form, in "Cpu".
    /// </summary>
    public static IReadOnlyList<GpuKernel> All()
    {
        Dictionary<MethodInfo, GpuKernel> specialized = PixelProductGpu.Kernels
            .Concat(WinogradGpu.Kernels)
            .Concat(GramForwardGpu.Kernels)
            .Concat(WindowProductGpu.Kernels)
            .Concat(WeightProductGpu.Kernels)
            .Concat(MatrixMultiplyGpu.Kernels)
            .Concat(MaxPoolBackward.Kernels)
            .Concat(TotalVariationBackward.Kernels)
            .ToDictionary(kernel => kernel.Method);
        return [.. typeof(GpuKernel).Assembly.GetTypes()
            .Where(type => !type.Name.EndsWith("Cpu", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .OrderBy(method => method.Name, StringComparer.Ordinal)
            .Select(
                method => specialized.GetValueOrDefault(method) ?? new GpuKernel(method, KernelSpecialization.Empty))];
    }

    /// <summary>A kernel with its specialization.</summary>
    public static GpuKernel Of(Delegate kernel, KernelSpecialization specialization) =>
        new(kernel.Method, specialization);
}
