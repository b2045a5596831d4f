using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>
/// What a GPU would show as wrong pixels, or not at all, the emulated device names with kernel and line.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class BrokenKernelTests
{
    private const int Threads = 64;

    [CudaTheory(Emulated = true)]
    [InlineData(nameof(NegativeIndexKernel), "illegal 4-byte store")]
    [InlineData(nameof(PastTheEndKernel), "illegal 4-byte store")]
    [InlineData(nameof(OddQuadKernel), "misaligned 16-byte store")]
    [InlineData(nameof(DivergentBarrierKernel), "barrier reached divergently")]
    public void A_fault_is_named(string kernel, string fault) => AssertNamed(kernel, fault);

    [CudaTheory(Checked = true)]
    [InlineData(nameof(MissingBarrierKernel), "race in shared memory")]
    [InlineData(nameof(UnwrittenSharedKernel), "read of shared memory that nobody has written")]
    [InlineData(nameof(RacingGroupsKernel), "race in global memory")]
    public void A_fault_that_only_checks_find_is_named(string kernel, string fault) => AssertNamed(kernel, fault);

    [CudaTheory]
    [InlineData(nameof(HiddenParameterKernel))]
    public void A_parameter_of_a_private_type_is_named(string kernel)
    {
        using Engine engine = TestDevice.Open();
        using DeviceArray array = engine.AllocateArray("test", Threads);
        new DeviceKernel<ArrayView<float>, Hidden>(engine, HiddenParameterKernel)
            .Launch(new KernelConfig(1, Threads), array.View, new Hidden(1));
        string sentence = Assert.Throws<DeviceException>(engine.Synchronize).Message;
        Assert.StartsWith($"{engine.Device.Name} cannot load {kernel}: ", sentence, StringComparison.Ordinal);
        Assert.Contains(nameof(Hidden), sentence, StringComparison.Ordinal);
    }

    private static void AssertNamed(string name, string fault)
    {
        Action<ArrayView<float>, int> kernel = typeof(BrokenKernelTests)
            .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Action<ArrayView<float>, int>>();
        using Engine engine = TestDevice.Open();
        using DeviceArray array = engine.AllocateArray("test", Threads);
        new DeviceKernel<ArrayView<float>, int>(engine, kernel).Launch(new KernelConfig(2, Threads), array.View, 1);
        string sentence = Assert.Throws<DeviceException>(engine.Synchronize).Message;
        Assert.StartsWith($"{engine.Device.Name} cannot launch {name}: ", sentence, StringComparison.Ordinal);
        Assert.Contains($"kernel Kernel_{name}: {fault}", sentence, StringComparison.Ordinal);
        Assert.Matches(@"\.ptx line [0-9]+: ", sentence);
    }

    // One is 1, which a compiler does not know.
    private static void NegativeIndexKernel(ArrayView<float> y, int one) => y[Group.IdxX - one] = 1;

    private static void PastTheEndKernel(ArrayView<float> y, int one) => y[Group.IdxX + one] = 1;

    // Said to be aligned, as a view of F4 that the host passes is; without, ILGPU stores floats.
    private static void OddQuadKernel(ArrayView<float> y, int one) =>
        y.SubView(one, 8).AsAligned(16).Cast<F4>()[Group.IdxX & 1] = F4.Broadcast(1);

    private static void DivergentBarrierKernel(ArrayView<float> y, int one)
    {
        if (Group.IdxX < one)
            Group.Barrier();
        y[Group.IdxX] = 1;
    }

    private static void MissingBarrierKernel(ArrayView<float> y, int one)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        float value = shared[Threads - one - Group.IdxX];
        // Here one is missing.
        shared[Group.IdxX] = value;
        y[Group.IdxX] = value;
    }

    private static void UnwrittenSharedKernel(ArrayView<float> y, int one)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads + 1);
        shared[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        y[Group.IdxX] = shared[Group.IdxX + one];
    }

    private static void RacingGroupsKernel(ArrayView<float> y, int one) => y[Group.IdxX] = one + Grid.IdxX;

    private static void HiddenParameterKernel(ArrayView<float> y, Hidden hidden) => y[Group.IdxX] = hidden.Value;

    private readonly struct Hidden(float value)
    {
        public readonly float Value = value;
    }
}
