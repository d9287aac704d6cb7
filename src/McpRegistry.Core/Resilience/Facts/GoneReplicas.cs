using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Deletes what replicas have told of their servers that tell nothing any more.</summary>
internal sealed class GoneReplicas(
    IOptions<RouterFactsOptions> options, TimeProvider time, IRequestQueueStore? queues = null, IConnectionPoolStore? pools = null)
{
    private long _last = time.GetTimestamp();

    /// <summary>Deletes it, unless that was done not long ago.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_last) < options.Value.Lifetime / 2)
        {
            return;
        }

        var limit = time.GetUtcNow() - options.Value.Lifetime;
        if (queues is not null)
        {
            await queues.DeleteUnseenAsync(limit, cancellationToken).ConfigureAwait(false);
        }

        if (pools is not null)
        {
            await pools.DeleteUnseenAsync(limit, cancellationToken).ConfigureAwait(false);
        }

        _last = time.GetTimestamp();
    }
}
