namespace ILGPU.Runtime;

/// <summary>A point in a stream at which the device's time is taken.</summary>
public abstract class ProfilingMarker : AcceleratorObject
{
    private protected ProfilingMarker(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Waits until the device has passed the marker.</summary>
    public abstract void Synchronize();

    /// <summary>The device's time from <paramref name="marker"/> to this marker; waits for both.</summary>
    public abstract TimeSpan MeasureFrom(ProfilingMarker marker);

    /// <summary>The device's time from <paramref name="start"/> to <paramref name="end"/>; waits for both.</summary>
    public static TimeSpan operator -(ProfilingMarker end, ProfilingMarker start)
    {
        ArgumentNullException.ThrowIfNull(end);
        return end.MeasureFrom(start);
    }
}
