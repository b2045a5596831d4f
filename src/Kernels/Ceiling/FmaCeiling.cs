using ILGPU;

namespace IlgpuStyle.Kernels.Ceiling;

/// <summary>The arithmetic ceiling of a device: multiply-adds on registers alone.</summary>
/// <remarks>
/// Each work-item carries independent chains a ← a·x + y, from its number on: enough to fill the pipelines of a CPU's
/// vector units (12 vectors, latency 4 on 2 units) and of a GPU's multiprocessor (16 chains of each thread).
/// Launch: on a CPU one work-item a group, 16 groups a core; on a GPU 128 work-items a group, 8 groups a
/// multiprocessor.
/// </remarks>
/// <param name="engine">The device.</param>
/// <param name="steps">Multiply-adds of a chain; by default as many as take milliseconds.</param>
internal sealed class FmaCeiling(Engine engine, int? steps = null)
{
    private readonly DeviceKernel<ArrayView<F16>, float, float, int> _cpuKernel =
        new(engine, FmaCeilingCpu.FmaCeilingCpuKernel);

    private readonly DeviceKernel<ArrayView<F4>, float, float, int> _gpuKernel =
        new(engine, FmaCeilingGpu.FmaCeilingGpuKernel);

    private readonly int _steps = steps ?? (engine.Class == DeviceClass.Gpu ? 1 << 12 : 1 << 17);

    private bool IsGpu => engine.Class == DeviceClass.Gpu;

    private int Groups => engine.Device.Multiprocessors * (IsGpu ? 8 : 16);

    private int GroupSize => IsGpu ? 128 : 1;

    /// <summary>Chains of a work-item that end in one sum.</summary>
    public int ChainsInSum => IsGpu ? FmaCeilingGpu.Vectors : FmaCeilingCpu.Vectors;

    /// <summary>Sums that a work-item writes: the lanes of its vectors.</summary>
    public int Lanes => IsGpu ? 4 : 16;

    /// <summary>FLOP of a launch, a multiply-add counted as 2.</summary>
    public double Flop => 2.0 * ChainsInSum * Lanes * _steps * Groups * GroupSize;

    /// <summary>GFLOP/s; the best of several launches.</summary>
    public double MeasureGigaflops()
    {
        using DeviceArray result = AllocateResult();
        return DeviceCeilings.Best(engine, Flop, () => Launch(result));
    }

    /// <summary>What a launch writes.</summary>
    public DeviceArray AllocateResult() => engine.AllocateArray("FMA ceiling", (long)Lanes * Groups * GroupSize);

    public void Launch(DeviceArray result)
    {
        using (engine.Launch(nameof(FmaCeiling), Flop, 0))
        {
            if (IsGpu)
                _gpuKernel.Launch(new KernelConfig(Groups, GroupSize), result.View.Cast<F4>(), 0.5f, 1f, _steps);
            else
                _cpuKernel.Launch(new KernelConfig(Groups, GroupSize), result.View.Cast<F16>(), 0.5f, 1f, _steps);
        }
    }
}

/// <summary>Twelve vectors of sixteen chains.</summary>
internal static class FmaCeilingCpu
{
    public const int Vectors = 12;

    public static void FmaCeilingCpuKernel(ArrayView<F16> result, float factor, float addend, int steps)
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
            a0 = F16.MultiplyAdd(a0, x, y);
            a1 = F16.MultiplyAdd(a1, x, y);
            a2 = F16.MultiplyAdd(a2, x, y);
            a3 = F16.MultiplyAdd(a3, x, y);
            a4 = F16.MultiplyAdd(a4, x, y);
            a5 = F16.MultiplyAdd(a5, x, y);
            a6 = F16.MultiplyAdd(a6, x, y);
            a7 = F16.MultiplyAdd(a7, x, y);
            a8 = F16.MultiplyAdd(a8, x, y);
            a9 = F16.MultiplyAdd(a9, x, y);
            a10 = F16.MultiplyAdd(a10, x, y);
            a11 = F16.MultiplyAdd(a11, x, y);
        }
        result[item] = a0 + a1 + (a2 + a3) + (a4 + a5 + (a6 + a7)) + (a8 + a9 + (a10 + a11));
    }
}

/// <summary>Four vectors of four chains.</summary>
internal static class FmaCeilingGpu
{
    public const int Vectors = 4;

    public static void FmaCeilingGpuKernel(ArrayView<F4> result, float factor, float addend, int steps)
    {
        int item = FlatLaunch.Item;
        F4 x = F4.Broadcast(factor);
        F4 y = F4.Broadcast(addend);
        F4 a0 = F4.Broadcast(item);
        F4 a1 = F4.Broadcast(item + 1);
        F4 a2 = F4.Broadcast(item + 2);
        F4 a3 = F4.Broadcast(item + 3);
        for (int i = 0; i < steps; i++)
        {
            a0 = a0 * x + y;
            a1 = a1 * x + y;
            a2 = a2 * x + y;
            a3 = a3 * x + y;
        }
        result[item] = a0 + a1 + (a2 + a3);
    }
}
