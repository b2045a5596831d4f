using System.Threading.RateLimiting;

namespace IlgpuStyle.App.Live;

/// <summary>A pace that is kept by waiting.</summary>
internal static class Pace
{
    private const int TicksPerSecond = 10;

    /// <summary>A pace.</summary>
    /// <param name="perSecond">In the long run.</param>
    /// <param name="atOnce">After a pause.</param>
    public static TokenBucketRateLimiter Of(int perSecond, int atOnce) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = atOnce,
        TokensPerPeriod = perSecond / TicksPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / TicksPerSecond),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits until it is one's turn.</summary>
    public static async ValueTask WaitAsync(TokenBucketRateLimiter pace, CancellationToken cancellation)
    {
        using RateLimitLease lease = await pace.AcquireAsync(1, cancellation);
    }
}
