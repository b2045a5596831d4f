namespace ILGPU.Runtime.OpenCL;

/// <summary>An in-order command queue.</summary>
internal sealed unsafe class CLStream : AcceleratorStream
{
    private readonly nint _queue;

    internal CLStream(CLAccelerator accelerator)
        : base(accelerator)
    {
        const ulong ProfilingEnable = 1 << 1;
        ulong properties = accelerator.Context.EnableProfiling ? ProfilingEnable : 0;
        CLError error;
        _queue = OpenCLLibrary.CreateCommandQueue(accelerator.ClContext, accelerator.Device.Id, properties, &error);
        CLException.ThrowIfFailed(error, $"create a command queue on {accelerator.Name}");
    }

    /// <summary>The cl_command_queue.</summary>
    /// <exception cref="ObjectDisposedException">The stream was disposed of.</exception>
    internal nint Queue
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _queue;
        }
    }

    public override void Synchronize() =>
        CLException.ThrowIfFailed(OpenCLLibrary.Finish(Queue), $"finish the work queued on {Accelerator.Name}");

    private protected override ProfilingMarker AddMarker()
    {
        nint @event;
        CLException.ThrowIfFailed(
            OpenCLLibrary.EnqueueMarkerWithWaitList(Queue, 0, null, &@event), $"queue a profiling marker");
        return new CLProfilingMarker(Accelerator, @event);
    }

    protected override void Dispose(bool disposing)
    {
        _ = OpenCLLibrary.ReleaseCommandQueue(_queue);
        base.Dispose(disposing);
    }
}
