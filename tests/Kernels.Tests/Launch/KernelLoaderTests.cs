using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using IlgpuStyle.Kernels.Ptx;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

[Collection(TestDevice.Collection)]
public sealed class KernelLoaderTests
{
    private static float _mutable = 1;

    /// <summary>
    /// ILGPU's CUDA launchers hold a kernel's parameters in a struct of the assembly ILGPURuntime, which must see their
    /// types.
    /// </summary>
    [Fact]
    public void Parameters_are_of_types_that_cuda_launchers_see()
    {
        Assert.Contains(
            typeof(Engine).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>(),
            friend => friend.AssemblyName == "ILGPURuntime");
        MethodInfo[] kernels = [.. typeof(Engine).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))];
        Assert.Superset(GpuKernel.All().Select(kernel => kernel.Method).ToHashSet(), kernels.ToHashSet());
        Assert.Empty(kernels
            .SelectMany(kernel => kernel.GetParameters())
            .Where(parameter => !IsSeenByFriends(parameter.ParameterType))
            .Select(parameter => $"{parameter.Member.Name}: {parameter.ParameterType} {parameter.Name}"));
    }

    [Fact]
    public void A_private_type_is_not_seen_wherever_it_stands()
    {
        Assert.False(IsSeenByFriends(typeof(Hidden)));
        Assert.False(IsSeenByFriends(typeof(Hidden.Inner)));
        Assert.False(IsSeenByFriends(typeof(ArrayView<Hidden>)));
        Assert.True(IsSeenByFriends(typeof(ArrayView<F4>)));
    }

    [Fact]
    public void A_kernel_that_cannot_be_compiled_ends_in_one_sentence()
    {
        using Engine engine = TestDevice.Open();
        var kernel = new DeviceKernel<ArrayView<float>, float>(engine, RefusedKernel);
        using DeviceArray array = engine.AllocateArray("test", 1);
        kernel.Launch(new KernelConfig(1, 1), array.View, _mutable);
        string sentence = Assert.Throws<DeviceException>(engine.Synchronize).Message;
        Assert.StartsWith(
            $"{engine.Device.Name} cannot load {nameof(RefusedKernel)}: ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Fact]
    public void A_launch_that_is_refused_ends_in_one_sentence()
    {
        using Engine engine = TestDevice.Open();
        var kernel = new DeviceKernel<ArrayView<float>, float>(engine, FillKernel);
        using DeviceArray array = engine.AllocateArray("test", 1);
        kernel.Launch(new KernelConfig(1, 1 << 20), array.View, 1);
        string sentence = Assert.Throws<DeviceException>(engine.Synchronize).Message;
        Assert.StartsWith(
            $"{engine.Device.Name} cannot launch {nameof(FillKernel)}: ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Fact]
    public void The_text_of_a_kernel_does_not_depend_on_those_before_it()
    {
        IReadOnlyList<GpuKernel> kernels = [.. GpuKernel.All().Take(4)];
        var compiler = new PtxCompiler(8, 0);
        IReadOnlyList<string> together = compiler.Compile(kernels);
        string alone = compiler.Compile([kernels[^1]])[0];
        Assert.NotEqual(alone, together[^1]);
        Assert.Equal(KernelLoader.Renumber(alone), KernelLoader.Renumber(together[^1]));
    }

    private static void RefusedKernel(ArrayView<float> y, float value) => y[Group.IdxX] = value + _mutable;

    private static void FillKernel(ArrayView<float> y, float value) => y[0] = value;

    private static bool IsSeenByFriends(Type type) =>
        (type.IsPublic || type.IsNotPublic || type.IsNestedPublic || type.IsNestedAssembly || type.IsNestedFamORAssem)
        && (type.DeclaringType is not { } outer || IsSeenByFriends(outer))
        && type.GetGenericArguments().All(IsSeenByFriends);

    private struct Hidden
    {
        internal struct Inner;
    }
}
