namespace ILGPU.Runtime.OpenCL;

/// <summary>The event of a marker command.</summary>
internal sealed unsafe class CLProfilingMarker : ProfilingMarker
{
    private readonly nint _event;

    internal CLProfilingMarker(Accelerator accelerator, nint @event)
        : base(accelerator) => _event = @event;

    public override void Synchronize()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        nint @event = _event;
        CLException.ThrowIfFailed(OpenCLLibrary.WaitForEvents(1, &@event), $"wait for a profiling marker");
    }

    public override TimeSpan MeasureFrom(ProfilingMarker marker)
    {
        if (marker is not CLProfilingMarker start || start.Accelerator != Accelerator)
            throw new ArgumentException("The markers are of different accelerators.", nameof(marker));
        start.Synchronize();
        Synchronize();
        const long NanosecondsPerTick = 1_000_000_000 / TimeSpan.TicksPerSecond;
        return new TimeSpan((Nanoseconds() - start.Nanoseconds()) / NanosecondsPerTick);
    }

    protected override void Dispose(bool disposing)
    {
        _ = OpenCLLibrary.ReleaseEvent(_event);
        base.Dispose(disposing);
    }

    private long Nanoseconds()
    {
        const uint CommandEnd = 0x1283;
        long time;
        CLException.ThrowIfFailed(
            OpenCLLibrary.GetEventProfilingInfo(_event, CommandEnd, sizeof(long), &time, null),
            $"tell the time of a profiling marker");
        return time;
    }
}
