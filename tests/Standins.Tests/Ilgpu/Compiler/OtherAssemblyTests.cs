using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using ILGPU;
using ILGPU.Compiler;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>What a kernel computes with; public, so that other assemblies can implement it.</summary>
public interface IOperation
{
    /// <summary>The function.</summary>
    int Apply(int n);
}

/// <summary>
/// Kernels whose methods lie in several assemblies: this one holds the kernel, "Operations" two structs that it is
/// instantiated with, and "Helpers" a method that one of these calls.
/// </summary>
public sealed class OtherAssemblyTests(DeviceFixture device) : IClassFixture<DeviceFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("other-assembly-").FullName;
    private readonly List<AssemblyLoadContext> _contexts = [];

    public void Dispose()
    {
        _contexts.ForEach(context => context.Unload());
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // Windows keeps files of assemblies that are being unloaded.
        }
    }

    private static void OperationKernel<TOperation>(Index1D i, ArrayView<int> x, ArrayView<int> y)
        where TOperation : struct, IOperation => y[i] = default(TOperation).Apply(x[i]);

    private readonly struct Twice<TOperation> : IOperation
        where TOperation : struct, IOperation
    {
        public int Apply(int n) => default(TOperation).Apply(default(TOperation).Apply(n));
    }

    [Fact]
    public void A_kernel_may_call_methods_of_other_assemblies()
    {
        MethodInfo[] kernels = [.. KernelsOf(Operations("there", factor: 3))];
        Action<Index1D, ArrayView<int>, ArrayView<int>>[] actions =
            [.. kernels.Select(kernel => kernel.CreateDelegate<Action<Index1D, ArrayView<int>, ArrayView<int>>>())];
        Assert.Equal([3, 6, -30], device.Accelerator.Run(actions[0], 1, 2, -10));
        Assert.Equal([2, 3, -9], device.Accelerator.Run(actions[1], 1, 2, -10));
        Assert.Equal([9, 18, -90], device.Accelerator.Run(actions[2], 1, 2, -10));
    }

    [Fact]
    public void The_cache_key_changes_with_each_assembly_that_a_kernel_may_call()
    {
        Assembly first = Operations("first", factor: 3);
        string[] keys = [.. KernelsOf(first).Select(Key)];
        // The same file of operations, with other helpers.
        string[] others = [.. KernelsOf(Operations("second", factor: 5, first.Location)).Select(Key)];
        Assert.Equal(6, keys.Concat(others).Distinct().Count());
        Assert.Equal(keys, KernelsOf(first).Select(Key));
    }

    [Fact]
    public void A_reference_that_is_not_there_stops_only_kernels_that_call_into_it()
    {
        Assembly operations = Operations("absent", factor: null);
        MethodInfo[] kernels = [.. KernelsOf(operations)];
        Assert.NotEqual(Key(kernels[0]), Key(kernels[1]));
        Assert.Contains("+ 1", Compile(kernels[1]).Source, StringComparison.Ordinal);
        InternalCompilerException error = Assert.Throws<InternalCompilerException>(() => Compile(kernels[0]));
        Assert.Equal(
            "Kernel OtherAssemblyTests.OperationKernel can't run on a device: " +
                "method Scale, which can't be found, in Scaled.Apply.",
            error.Message);
    }

    /// <summary>The kernel with an operation that calls a helper, one that does not, and one that does twice.</summary>
    private static IEnumerable<MethodInfo> KernelsOf(Assembly operations)
    {
        Type scaled = operations.GetType("Scaled", throwOnError: true)!;
        MethodInfo kernel = typeof(OtherAssemblyTests)
            .GetMethod(nameof(OperationKernel), BindingFlags.Static | BindingFlags.NonPublic)!;
        Type next = operations.GetType("Next", throwOnError: true)!;
        return new[] { scaled, next, typeof(Twice<>).MakeGenericType(scaled) }
            .Select(operation => kernel.MakeGenericMethod(operation));
    }

    private static string Key(MethodInfo kernel) => KernelCompiler.CacheKey(kernel, KernelIndexKind.Index1D, false);

    private static CompiledKernel Compile(MethodInfo kernel) =>
        KernelCompiler.Compile(kernel, KernelIndexKind.Index1D, false);

    /// <summary>Operations.dll in a folder of its own, with Helpers.dll beside it if there is a factor.</summary>
    /// <param name="name">The folder.</param>
    /// <param name="factor">What the helper multiplies by.</param>
    /// <param name="file">The file to copy instead of making one.</param>
    private Assembly Operations(string name, int? factor, string? file = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        string path = Path.Combine(folder, "Operations.dll");
        (PersistedAssemblyBuilder helpers, MethodInfo scale) = Helpers(factor ?? 0);
        if (factor is not null)
            helpers.Save(Path.Combine(folder, "Helpers.dll"));
        if (file is null)
            Save(scale, path);
        else
            File.Copy(file, path);
        AssemblyLoadContext context = new(name, isCollectible: true);
        context.Resolving += (_, wanted) =>
            File.Exists(Path.Combine(folder, $"{wanted.Name}.dll"))
                ? context.LoadFromAssemblyPath(Path.Combine(folder, $"{wanted.Name}.dll"))
                : null;
        _contexts.Add(context);
        return context.LoadFromAssemblyPath(path);
    }

    private static (PersistedAssemblyBuilder Assembly, MethodInfo Scale) Helpers(int factor)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName("Helpers"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Helpers").DefineType("Helper", TypeAttributes.Public);
        MethodBuilder scale = type.DefineMethod(
            "Scale", MethodAttributes.Public | MethodAttributes.Static, typeof(int), [typeof(int)]);
        ILGenerator code = scale.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldc_I4, factor);
        code.Emit(OpCodes.Mul);
        code.Emit(OpCodes.Ret);
        type.CreateType();
        return (assembly, scale);
    }

    private static void Save(MethodInfo scale, string path)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName("Operations"), typeof(object).Assembly);
        ModuleBuilder module = assembly.DefineDynamicModule("Operations");
        Define(module, "Scaled", code => code.Emit(OpCodes.Call, scale));
        Define(module, "Next", code =>
        {
            code.Emit(OpCodes.Ldc_I4_1);
            code.Emit(OpCodes.Add);
        });
        assembly.Save(path);
    }

    /// <summary>An operation that applies some code to its argument.</summary>
    private static void Define(ModuleBuilder module, string name, Action<ILGenerator> emit)
    {
        TypeBuilder type = module.DefineType(
            name, TypeAttributes.Public | TypeAttributes.SequentialLayout, typeof(ValueType), [typeof(IOperation)]);
        MethodBuilder apply = type.DefineMethod(
            nameof(IOperation.Apply),
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig,
            typeof(int),
            [typeof(int)]);
        ILGenerator code = apply.GetILGenerator();
        code.Emit(OpCodes.Ldarg_1);
        emit(code);
        code.Emit(OpCodes.Ret);
        type.CreateType();
    }
}
