namespace ILGPU.Util;

/// <summary>Something that holds native resources.</summary>
public abstract class DisposeBase : IDisposable
{
    private int _disposed;

    /// <summary>Whether it was disposed of.</summary>
    public bool IsDisposed => _disposed != 0;

    /// <summary>Releases the native resources, once.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        DisposeOnce(disposing: true);
    }

    /// <summary>Releases what nobody disposed of.</summary>
    ~DisposeBase() => DisposeOnce(disposing: false);

    /// <summary>Releases the native resources.</summary>
    /// <param name="disposing">Whether other objects may still be used.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void DisposeOnce(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Dispose(disposing);
    }
}
