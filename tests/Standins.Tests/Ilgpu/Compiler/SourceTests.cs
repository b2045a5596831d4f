using System.Reflection;
using ILGPU;
using ILGPU.Compiler;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>
/// The generated source is what a person would write, and the key under which it is kept tells kernels apart.
/// </summary>
public class SourceTests
{
    private static void ReadableKernel(ArrayView<float> input, ArrayView<float> output, int length)
    {
        int first = Grid.IdxX * Group.DimX + Group.IdxX;
        for (int position = first; position < length; position += 64)
        {
            float kernel = 0;
            for (int tap = 0; tap < 3; tap++)
                kernel += input[position + tap] * 2f;
            output[position] = kernel;
        }
    }

    [Fact]
    public void Locals_keep_their_names_and_loops_are_loops()
    {
        string source = Compile(nameof(ReadableKernel)).Source;
        Assert.Contains(
            "for (int position = first; position < length; position += 64)", source, StringComparison.Ordinal);
        Assert.Contains("#pragma unroll\n        for (int tap = 0; tap < 3; tap += 1)", source, StringComparison.Ordinal);
        Assert.Contains(
            "kernel_ = kernel_ + input.data[(long)position + (long)tap] * 2.0f;", source, StringComparison.Ordinal);
        Assert.Contains("__global float* restrict inputData", source, StringComparison.Ordinal);
        Assert.Contains("#pragma OPENCL FP_CONTRACT ON", source, StringComparison.Ordinal);
    }

    [Fact]
    public void Views_that_may_overlap_are_not_restrict()
    {
        Assert.DoesNotContain(
            "restrict", Compile(nameof(ReadableKernel), viewsMayAlias: true).Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_are_those_of_the_method()
    {
        CompiledKernel kernel = Compile(nameof(ReadableKernel));
        Assert.Equal("ReadableKernel", kernel.EntryName);
        Assert.Equal(
            [
                new KernelParameter(KernelParameterKind.View, typeof(float)),
                new KernelParameter(KernelParameterKind.View, typeof(float)),
                new KernelParameter(KernelParameterKind.Value, typeof(int)),
            ],
            kernel.Parameters);
    }

    private static void GenericKernel<T>(ArrayView<T> x)
        where T : unmanaged => x[0] = x[1];

    [Fact]
    public void The_cache_key_is_stable_and_tells_kernels_apart()
    {
        MethodInfo readable = Method(nameof(ReadableKernel));
        MethodInfo generic = Method(nameof(GenericKernel));
        string[] keys =
        [
            KernelCompiler.CacheKey(readable, KernelIndexKind.Explicit, false),
            KernelCompiler.CacheKey(readable, KernelIndexKind.Explicit, true),
            KernelCompiler.CacheKey(readable, KernelIndexKind.Index1D, false),
            KernelCompiler.CacheKey(generic.MakeGenericMethod(typeof(int)), KernelIndexKind.Explicit, false),
            KernelCompiler.CacheKey(generic.MakeGenericMethod(typeof(float)), KernelIndexKind.Explicit, false),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], KernelCompiler.CacheKey(readable, KernelIndexKind.Explicit, false));
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9_-]+$", key));
    }

    [Fact]
    public void A_kernel_compiles_to_the_same_source_again()
    {
        Assert.Equal(Compile(nameof(ReadableKernel)).Source, Compile(nameof(ReadableKernel)).Source);
    }

    private static CompiledKernel Compile(string kernel, bool viewsMayAlias = false) =>
        KernelCompiler.Compile(Method(kernel), KernelIndexKind.Explicit, viewsMayAlias);

    private static MethodInfo Method(string name) =>
        typeof(SourceTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
