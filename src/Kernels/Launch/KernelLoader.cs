using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Loads kernels as ILGPU does, in a text that drivers find in their caches, and puts before OpenCL C what that lacks.
/// </summary>
internal static partial class KernelLoader
{
    /// <summary>
    /// Silences drivers that print clang's warnings. A barrier orders both memories: ILGPU 1.5.3 has each fence global
    /// memory alone, those too that order local memory.
    /// </summary>
    private const string Preamble = """
        #pragma clang diagnostic ignored "-Weverything"
        #define work_group_barrier(fence) barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)

        """;

    private static readonly Lock LogLock = new();

    /// <summary>An explicitly grouped kernel.</summary>
    /// <exception cref="DeviceException">ILGPU or the driver refuses the kernel.</exception>
    public static Kernel Load(Accelerator accelerator, MethodInfo kernel, KernelSpecialization specialization)
    {
        if (Environment.GetEnvironmentVariable("ILGPUSTYLE_KERNEL_LOG") is { Length: > 0 } log)
        {
            lock (LogLock)
                File.AppendAllLines(log, [kernel.Name]);
        }
        return DeviceException.ThrowInstead(
            () =>
            {
                CompiledKernel compiled = accelerator.CompileKernel(
                    EntryPointDescription.FromExplicitlyGroupedKernel(kernel), specialization);
                return Build(accelerator, WithText(compiled));
            },
            $"{accelerator.Name} cannot load {kernel.Name}");
    }

    private static Kernel Build(Accelerator accelerator, CompiledKernel compiled)
    {
        try
        {
            return accelerator.LoadKernel(compiled);
        }
        catch (CLException)
        {
            // A signal, such as Ctrl-C, makes LLVM delete the temporary files of what drivers compile at that moment.
            return accelerator.LoadKernel(compiled);
        }
    }

    private static CompiledKernel WithText(CompiledKernel compiled)
    {
        if (compiled is PTXCompiledKernel ptx)
            return NewPtx(ptx.Context, EntryPoint(ptx), ptx.Info, Renumber(ptx.PTXAssembly));
        var openCl = (CLCompiledKernel)compiled;
        bool usesVectors = openCl.Source.Contains("double", StringComparison.Ordinal);
        string source = Preamble + (usesVectors ? F16.Definitions : "") + Renumber(openCl.Source);
        if (Environment.GetEnvironmentVariable("ILGPUSTYLE_DUMP_KERNELS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"{compiled.Name}.cl"), source);
        }
        return new CLCompiledKernel(
            compiled.Context, (SeparateViewEntryPoint)EntryPoint(compiled), compiled.Info, source, openCl.CVersion);
    }

    /// <summary>Numbers types, labels, parameters and shared arrays by their first appearance.</summary>
    /// <remarks>
    /// ILGPU counts them over all that a process compiles, so that a kernel's text depends on those before it, and
    /// drivers would not find it in their caches.
    /// </remarks>
    internal static string Renumber(string source)
    {
        var numbers = new Dictionary<string, int>();
        return NumberedName().Replace(source, name =>
        {
            if (!numbers.TryGetValue(name.Value, out int number))
                numbers.Add(name.Value, number = numbers.Count);
            return $"{name.Groups[1].ValueSpan}_{number}{name.Groups[2].ValueSpan}";
        });
    }

    // A name that begins with an underscore is a parameter in PTX; one that ends in "kernel", its type in OpenCL C.
    [GeneratedRegex(@"\b(type|L|shared_var|shared_var_len|_\w+)_[0-9]+(_kernel)?\b")]
    private static partial Regex NumberedName();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPoint(CompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel NewPtx(
        Context context, EntryPoint entryPoint, CompiledKernel.KernelInfo? info, string text);
}
