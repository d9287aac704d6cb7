using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>
/// Writes what has changed since the last write, and what others would take for gone. One server is written as a whole, so that all of it was seen at one time. Not
/// for two at once.
/// </summary>
internal sealed class ChangedFacts(
    RouterFacts facts,
    RegistrySnapshots snapshots,
    IOptions<RouterFactsOptions> options,
    TimeProvider time,
    IRequestQueueStore? queues = null,
    IConnectionPoolStore? pools = null)
{
    /// <summary>The most servers of one write: others wait for their turn to write meanwhile.</summary>
    private const int MaxBatch = 200;

    private Dictionary<Guid, ServerFacts> _written = [];

    /// <summary>Gets a value that tells whether there is a store for them.</summary>
    public bool IsPossible => queues is not null && pools is not null;

    /// <summary>Writes what is due. What could not be written is due again.</summary>
    /// <returns>How many servers were written.</returns>
    public async ValueTask<int> WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var written = new Dictionary<Guid, ServerFacts>();
        var due = new List<(TenantId Tenant, ServerFacts Facts)>();
        foreach (var (id, entry) in snapshots.Current.Servers)
        {
            var known = _written.GetValueOrDefault(id);
            if (known is not null)
            {
                written[id] = known;
            }
            else if (!entry.Server.Enabled)
            {
                // Nobody has ever been told anything of it, and there is nothing to tell.
                continue;
            }

            if (facts.Describe(entry, now) is { } seen && (known is null || now - known.Queue.SeenAt >= options.Value.Lifetime / 3 || !seen.SaysSame(known)))
            {
                due.Add((entry.Server.Tenant, seen));
            }
        }

        // What is gone is forgotten, and goes by itself.
        _written = written;
        foreach (var ofTenant in due.GroupBy(static server => server.Tenant, static server => server.Facts))
        {
            foreach (var batch in ofTenant.Chunk(MaxBatch))
            {
                // The queues last, with which those who read begin: what is told of a server is seen as a whole.
                await pools!.SaveAsync(ofTenant.Key, [.. batch.SelectMany(static server => server.Pools)], cancellationToken).ConfigureAwait(false);
                await queues!.SaveAsync(ofTenant.Key, Array.ConvertAll(batch, static server => server.Queue), cancellationToken).ConfigureAwait(false);
                foreach (var server in batch)
                {
                    written[server.Queue.ServerId] = server;
                }
            }
        }

        return due.Count;
    }
}
