namespace ILGPU.Runtime;

/// <summary>A device that can run kernels.</summary>
public abstract class Device
{
    private protected Device(AcceleratorType acceleratorType) => AcceleratorType = acceleratorType;

    /// <summary>Through which interface the device is driven.</summary>
    public AcceleratorType AcceleratorType { get; }

    /// <summary>The device's name, as its driver gives it.</summary>
    public string Name { get; protected set; } = "";

    /// <summary>Global memory in bytes.</summary>
    public long MemorySize { get; protected set; }

    /// <summary>The largest group.</summary>
    public int MaxNumThreadsPerGroup { get; protected set; }

    /// <summary>Shared memory of a group in bytes.</summary>
    public int MaxSharedMemoryPerGroup { get; protected set; }

    /// <summary>Threads that run in lockstep; 1 where the driver does not say.</summary>
    public int WarpSize { get; protected set; }

    /// <summary>Number of compute units.</summary>
    public int NumMultiprocessors { get; protected set; }

    /// <summary>Opens the device.</summary>
    /// <param name="context">The context that found the device.</param>
    public abstract Accelerator CreateAccelerator(Context context);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{AcceleratorType}]";
}
