using ILGPU.Compiler;
using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>An opened device.</summary>
public abstract class Accelerator : DisposeBase
{
    private protected Accelerator(Context context, Device device)
    {
        Context = context;
        Device = device;
    }

    /// <summary>The context that found the device.</summary>
    public Context Context { get; }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The device's name.</summary>
    public string Name => Device.Name;

    /// <summary>Through which interface the device is driven.</summary>
    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    /// <summary>Number of compute units.</summary>
    public int NumMultiprocessors => Device.NumMultiprocessors;

    /// <summary>The largest group.</summary>
    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    /// <summary>Shared memory of a group in bytes.</summary>
    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    /// <summary>Global memory in bytes.</summary>
    public long MemorySize => Device.MemorySize;

    /// <summary>Threads that run in lockstep.</summary>
    public int WarpSize => Device.WarpSize;

    /// <summary>The stream that launches and copies use unless told otherwise.</summary>
    public abstract AcceleratorStream DefaultStream { get; }

    /// <summary>Waits until all work queued so far is done.</summary>
    public void Synchronize() => DefaultStream.Synchronize();

    /// <summary>Allocates a buffer; its content is undefined at first.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="length">Number of elements.</param>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        MemoryBuffer buffer = AllocateRaw(length, Interop.SizeOf<T>());
        return new MemoryBuffer1D<T, Stride1D.Dense>(this, new ArrayView<T>(buffer, 0, length));
    }

    private protected abstract MemoryBuffer AllocateRaw(long length, int elementSize);

    internal abstract TDelegate LoadKernel<TDelegate>(
        Delegate action, KernelIndexKind indexKind, KernelSpecialization specialization)
        where TDelegate : Delegate;
}
