using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>What waits for a kernel that still loads.</summary>
[Collection(TestDevice.Collection)]
public sealed class LaunchQueueTests(TestDevice device)
{
    private readonly LaunchQueue _queue = new(device.Engine.Accelerator);
    private readonly TaskCompletionSource _kernel = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _done = [];

    [Fact]
    public void The_order_is_kept_and_nothing_waits_without_need()
    {
        _queue.Add(() => _done.Add(1));
        Assert.Equal([1], _done);

        _queue.AddAfter(_kernel.Task, () => _done.Add(2));
        _queue.AddAfter(Task.CompletedTask, () => _done.Add(3));
        _queue.Add(() => _done.Add(4));
        Assert.False(_queue.IsEmpty);
        Assert.Equal([1], _done);

        _kernel.SetResult();
        _queue.Drain();
        Assert.True(_queue.IsEmpty);
        Assert.Equal([1, 2, 3, 4], _done);
    }

    [Fact]
    public void A_kernel_that_does_not_load_fails_once_and_what_came_after_is_not_done()
    {
        _queue.AddAfter(_kernel.Task, () => _done.Add(1));
        _queue.Add(() => _done.Add(2));
        _kernel.SetException(new InvalidOperationException("no compiler"));

        Assert.Equal("no compiler", Assert.Throws<InvalidOperationException>(_queue.Drain).Message);
        Assert.Empty(_done);

        _queue.Drain();
        _queue.Add(() => _done.Add(3));
        Assert.Equal([3], _done);
    }

    [Fact]
    public void What_is_abandoned_is_waited_for_whether_it_fails_or_not()
    {
        _queue.AddAfter(Task.Delay(20), () => _done.Add(1));
        _queue.Abandon();
        Assert.Equal([1], _done);

        _queue.AddAfter(_kernel.Task, () => _done.Add(2));
        _kernel.SetException(new InvalidOperationException("no compiler"));
        _queue.Abandon();
        Assert.True(_queue.IsEmpty);
        Assert.Equal([1], _done);
    }
}
