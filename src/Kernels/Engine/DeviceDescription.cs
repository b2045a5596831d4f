namespace IlgpuStyle.Kernels;

/// <summary>The two kinds of device that kernels have fast forms for.</summary>
public enum DeviceClass
{
    /// <summary>Runs groups of work-items in lockstep, with shared memory: CUDA and OpenCL GPUs.</summary>
    Gpu,

    /// <summary>Runs one work-item per core on vector registers: OpenCL on a CPU.</summary>
    Cpu,
}

/// <summary>A device as the user sees it.</summary>
/// <param name="Index">Its number, as <c>--device N</c> takes it.</param>
/// <param name="Name">The driver's name for it.</param>
/// <param name="Api">"CUDA" or "OpenCL".</param>
/// <param name="Class">GPU or CPU.</param>
/// <param name="Multiprocessors">Compute units (cores on a CPU).</param>
/// <param name="MemoryBytes">Device memory in bytes.</param>
/// <param name="LargestArrayBytes">What the driver gives at once, in bytes.</param>
/// <param name="Driver">The driver's version, in its own words.</param>
/// <param name="Refusal">Why ILGPU cannot use it and what would help, or null if it can be used.</param>
public sealed record DeviceDescription(
    int Index, string Name, string Api, DeviceClass Class, int Multiprocessors, long MemoryBytes,
    long LargestArrayBytes, string Driver, string? Refusal);
