using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace IlgpuStyle.Kernels.Ptx;

/// <summary>ILGPU's PTX backend without a CUDA device.</summary>
internal sealed class PtxCompiler(int major, int minor)
{
    /// <summary>The PTX of each kernel, optimised as <see cref="Engine"/> has it.</summary>
    public IReadOnlyList<string> Compile(IReadOnlyList<GpuKernel> kernels)
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2).EnableAlgorithms());
        var architecture = new CudaArchitecture(major, minor);
        // PTX 7.8 is the first that knows sm_89 and sm_90; before them 7.4 spares users a newer assembler.
        CudaInstructionSet instructions = (major, minor) is ( >= 9, _) or (8, 9)
            ? CudaInstructionSet.ISA_78
            : CudaInstructionSet.ISA_74;
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(architecture), architecture, instructions, null);
        return [.. kernels.Select(kernel => ((PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), kernel.Specialization)).PTXAssembly)];
    }
}
