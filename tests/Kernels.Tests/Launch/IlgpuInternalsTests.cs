using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>
/// What <see cref="KernelLoader"/>, <see cref="Engine"/> and <see cref="F16"/> take for granted of ILGPU.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class IlgpuInternalsTests(TestDevice device)
{
    private const BindingFlags Inside = BindingFlags.Instance | BindingFlags.NonPublic;

    private static readonly string Version = $"ILGPU {typeof(Context).Assembly.GetName().Version}";

    [Fact]
    public void A_compiled_kernel_tells_its_entry_point() => Assert.True(
        typeof(CLCompiledKernel).GetMethod("get_EntryPoint", Inside | BindingFlags.DeclaredOnly)?.ReturnType
            == typeof(SeparateViewEntryPoint),
        $"{Version} has no CLCompiledKernel.EntryPoint any more: KernelLoader cannot load a changed source.");

    [Fact]
    public void The_generic_address_space_can_be_said_to_be_there() => Assert.True(
        typeof(CLCapabilityContext).GetMethod("set_GenericAddressSpace", Inside) is not null,
        $"{Version} has no setter of CLCapabilityContext.GenericAddressSpace any more: Engine cannot open PoCL 3.");

    [Fact]
    public void A_barrier_is_what_the_definition_replaces()
    {
        if (Source(typeof(GramForwardGpu), "GramForwardGpuSumsKernel") is { } source)
        {
            Assert.True(
                source.Contains("work_group_barrier (", StringComparison.Ordinal),
                $"{Version} writes barriers differently: KernelLoader's definition does not reach them.");
        }
    }

    [Fact]
    public void An_F16_is_written_as_a_double_and_its_operations_as_calls_by_name()
    {
        if (Source(typeof(DirectConvolutionCpu), "DirectConvolutionCpuKernel") is { } source)
        {
            Assert.True(
                source.Contains("double", StringComparison.Ordinal)
                    && source.Contains("f16_multiply_add (", StringComparison.Ordinal),
                $"{Version} writes F16 differently: its definitions in OpenCL C do not reach it.");
        }
    }

    /// <summary>Where a double is a float16, a real one would be wrong without a word.</summary>
    [Fact]
    public void No_kernel_mixes_vectors_with_doubles()
    {
        MethodInfo[] kernels = [.. typeof(F16).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))];
        MethodInfo[] withVectors = [.. kernels.Where(kernel => InstructionReader.Uses(kernel, typeof(F16)))];
        Assert.NotEmpty(withVectors);
        Assert.DoesNotContain(withVectors, kernel => InstructionReader.Uses(kernel, typeof(double)));
    }

    /// <summary>The OpenCL C that ILGPU writes of a kernel; null where the device takes something else.</summary>
    private string? Source(Type type, string kernel) => device.Engine.Accelerator is CLAccelerator openCl
        ? ((CLCompiledKernel)openCl.Backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(
                type.GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!),
            KernelSpecialization.Empty)).Source
        : null;
}
