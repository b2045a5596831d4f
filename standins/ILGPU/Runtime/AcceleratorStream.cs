namespace ILGPU.Runtime;

/// <summary>A queue of work for the device; it is done in order, and not waited for.</summary>
public abstract class AcceleratorStream : AcceleratorObject
{
    private protected AcceleratorStream(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until all work queued so far is done.</summary>
    public abstract void Synchronize();

    /// <summary>Queues a marker that takes the device's time.</summary>
    /// <exception cref="NotSupportedException">The context was built without Profiling().</exception>
    public ProfilingMarker AddProfilingMarker() =>
        Accelerator.Context.EnableProfiling
            ? AddMarker()
            : throw new NotSupportedException("Profiling markers need a context that was built with Profiling().");

    private protected abstract ProfilingMarker AddMarker();
}
