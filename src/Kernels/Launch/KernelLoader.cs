using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Loads kernels as ILGPU does, and puts before the OpenCL C that it writes what that lacks.
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

    /// <summary>A launcher of an explicitly grouped kernel.</summary>
    /// <typeparam name="TLauncher">Action of stream, configuration and the kernel's parameters.</typeparam>
    public static TLauncher Load<TLauncher>(
        Accelerator accelerator, MethodInfo kernel, KernelSpecialization specialization)
        where TLauncher : Delegate
    {
        if (Environment.GetEnvironmentVariable("ILGPUSTYLE_KERNEL_LOG") is { Length: > 0 } log)
        {
            lock (LogLock)
                File.AppendAllLines(log, [kernel.Name]);
        }
        if (accelerator is not CLAccelerator openCl)
            return accelerator.LoadKernel<TLauncher>(kernel, specialization);
        EntryPointDescription description = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        var compiled = (CLCompiledKernel)openCl.Backend.Compile(description, specialization);
        bool usesVectors = compiled.Source.Contains("double", StringComparison.Ordinal);
        string source = Preamble + (usesVectors ? F16.Definitions : "") + Renumber(compiled.Source);
        if (Environment.GetEnvironmentVariable("ILGPUSTYLE_DUMP_KERNELS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, $"{kernel.Name}.cl"), source);
        }
        return openCl
            .LoadKernel(new CLCompiledKernel(
                compiled.Context, EntryPoint(compiled), compiled.Info, source, compiled.CVersion))
            .CreateLauncherDelegate<TLauncher>();
    }

    /// <summary>Numbers types, labels and shared arrays by their first appearance.</summary>
    /// <remarks>
    /// ILGPU counts them over all that a process compiles, so that a kernel's text depends on those before it, and
    /// drivers would not find it in their caches.
    /// </remarks>
    private static string Renumber(string source)
    {
        var numbers = new Dictionary<string, int>();
        return NumberedName().Replace(source, name =>
        {
            if (!numbers.TryGetValue(name.Value, out int number))
                numbers.Add(name.Value, number = numbers.Count);
            return $"{name.Groups[1].ValueSpan}_{number}";
        });
    }

    [GeneratedRegex(@"\b(type|L|shared_var|shared_var_len)_[0-9]+")]
    private static partial Regex NumberedName();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern SeparateViewEntryPoint EntryPoint(CLCompiledKernel kernel);
}
