using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Keeps the order of what is put on the device's stream while kernels still load: what waits for a kernel, and all
/// that comes after it, waits here, so that the host goes on and the kernels that it asks for next load meanwhile.
/// </summary>
/// <remarks>Used by one thread. What fails, fails in <see cref="Drain"/>, and what came after it is not done.</remarks>
internal sealed class LaunchQueue(Accelerator accelerator)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _last.IsCompletedSuccessfully;

    /// <summary>Does it at once if nothing waits, else when its turn comes.</summary>
    public void Add(Action action)
    {
        if (IsEmpty)
            action();
        else
            _last = DoAfter(_last, Task.CompletedTask, action);
    }

    /// <summary>Does it when its turn has come and the kernel is loaded.</summary>
    public void AddAfter(Task kernel, Action launch) => _last = DoAfter(_last, kernel, launch);

    /// <summary>Waits until nothing waits any more.</summary>
    public void Drain()
    {
        Task last = _last;
        _last = Task.CompletedTask;
        last.GetAwaiter().GetResult();
    }

    /// <summary>Waits likewise, and takes no notice of what failed.</summary>
    public void Abandon()
    {
        Task.WhenAny(_last).GetAwaiter().GetResult();
        _last = Task.CompletedTask;
    }

    private async Task DoAfter(Task before, Task kernel, Action action)
    {
        await before.ConfigureAwait(false);
        await kernel.ConfigureAwait(false);
        accelerator.Bind();
        action();
    }
}
