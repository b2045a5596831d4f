using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Ceiling;

/// <summary>The arithmetic ceiling of a device: multiply-adds on registers alone.</summary>
/// <remarks>
/// Each work-item carries 12 × 16 independent chains a ← a·x + y: enough to fill the pipelines of a CPU's vector
/// units (12 vectors, latency 4 on 2 units) and of a GPU's multiprocessor. Launch: on a CPU one work-item a group,
/// 16 groups a core; on a GPU 128 work-items a group, 8 groups a multiprocessor.
/// </remarks>
/// <param name="engine">The device.</param>
/// <param name="steps">Multiply-adds of a chain; by default as many as take milliseconds.</param>
internal sealed class FmaCeiling(Engine engine, int? steps = null)
{
    private const int Vectors = 12;
    private const int GpuGroupSize = 128;

    private readonly Action<KernelConfig, ArrayView<F16>, float, float, int> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<F16>, float, float, int>(FmaCeilingKernel);

    private static void FmaCeilingKernel(ArrayView<F16> result, float factor, float addend, int steps)
    {
        int item = FlatLaunch.Item;
        F16 x = F16.Broadcast(factor);
        F16 y = F16.Broadcast(addend);
        F16 a0 = F16.Broadcast(item);
        F16 a1 = F16.Broadcast(item + 1);
        F16 a2 = F16.Broadcast(item + 2);
        F16 a3 = F16.Broadcast(item + 3);
        F16 a4 = F16.Broadcast(item + 4);
        F16 a5 = F16.Broadcast(item + 5);
        F16 a6 = F16.Broadcast(item + 6);
        F16 a7 = F16.Broadcast(item + 7);
        F16 a8 = F16.Broadcast(item + 8);
        F16 a9 = F16.Broadcast(item + 9);
        F16 a10 = F16.Broadcast(item + 10);
        F16 a11 = F16.Broadcast(item + 11);
        for (int i = 0; i < steps; i++)
        {
            a0 = a0 * x + y;
            a1 = a1 * x + y;
            a2 = a2 * x + y;
            a3 = a3 * x + y;
            a4 = a4 * x + y;
            a5 = a5 * x + y;
            a6 = a6 * x + y;
            a7 = a7 * x + y;
            a8 = a8 * x + y;
            a9 = a9 * x + y;
            a10 = a10 * x + y;
            a11 = a11 * x + y;
        }
        result[item] = a0 + a1 + (a2 + a3) + (a4 + a5 + (a6 + a7)) + (a8 + a9 + (a10 + a11));
    }

    private bool IsGpu => engine.Class == DeviceClass.Gpu;

    private int Groups => engine.Device.Multiprocessors * (IsGpu ? 8 : 16);

    private int GroupSize => IsGpu ? GpuGroupSize : 1;

    private int Steps { get; } = steps ?? (engine.Class == DeviceClass.Gpu ? 1 << 13 : 1 << 17);

    /// <summary>FLOP of a launch, a multiply-add counted as 2.</summary>
    public double Flop => 2.0 * Vectors * 16 * Steps * Groups * GroupSize;

    /// <summary>GFLOP/s; the best of several launches.</summary>
    public double MeasureGigaflops()
    {
        using DeviceArray result = AllocateResult();
        return DeviceCeilings.Best(engine, Flop, () => Launch(result));
    }

    /// <summary>What a launch writes.</summary>
    public DeviceArray AllocateResult() => engine.AllocateArray("FMA ceiling", 16L * Groups * GroupSize);

    public void Launch(DeviceArray result)
    {
        using (engine.Launch(nameof(FmaCeiling), Flop, 0))
            _kernel(new KernelConfig(Groups, GroupSize), result.View.Cast<F16>(), 0.5f, 1f, Steps);
    }
}
