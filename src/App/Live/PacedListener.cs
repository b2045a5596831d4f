using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;

namespace IlgpuStyle.App.Live;

/// <summary>
/// Accepts connections at a pace that pages never reach: whoever opens thousands waits in the system's queue, and costs
/// the run nothing.
/// </summary>
internal sealed class PacedListenerFactory(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PacedListener(await inner.BindAsync(endpoint, cancellationToken));

    private sealed class PacedListener(IConnectionListener inner) : IConnectionListener
    {
        private readonly TokenBucketRateLimiter _pace = Pace.Of(perSecond: 20, atOnce: 40);

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            await Pace.WaitAsync(_pace, cancellationToken);
            return await inner.AcceptAsync(cancellationToken);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
            inner.UnbindAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await _pace.DisposeAsync();
        }
    }
}
