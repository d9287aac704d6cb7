using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing.Explaining;

/// <summary>
/// Holds a set of rules against the requests that a tenant has made. Servers, keys and access rules are those of today; what the
/// log does not keep is unknown, and so is each condition that depends on it.
/// </summary>
internal sealed class RouteDryRun(IRequestLogStore log, IApiKeyStore keys, RouteEngine engine, AccessGate access)
{
    private const int MaxPage = 1_000;

    /// <summary>Reads the newest requests of a tenant and asks the rules about each.</summary>
    /// <param name="tenant">Whose requests.</param>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="requests">How many entries of the log to read.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async ValueTask<DryRunReport> RunAsync(TenantId tenant, IReadOnlyList<CompiledRoute> rules, int requests, CancellationToken cancellationToken)
    {
        var recorded = new RecordedRouting(engine, access);
        var rows = ImmutableArray.CreateBuilder<DryRunRow>();
        var known = new Dictionary<Guid, ApiKey?>();
        RowPosition? after = null;
        var read = 0;
        while (read < requests)
        {
            var limit = Math.Min(MaxPage, requests - read);
            var page = await log.ListAsync(tenant, after, limit, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                var method = McpMethods.Parse(System.Text.Encoding.UTF8.GetBytes(entry.McpMethod ?? ""));
                if (RouteFacts.FieldOf(method) == RouteField.None)
                {
                    continue;
                }

                if (entry.ApiKeyId is { } id && !known.ContainsKey(id))
                {
                    known[id] = (await keys.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Key;
                }

                rows.Add(recorded.Ask(rules, RecordedCall.Of(entry, method, entry.ApiKeyId is { } used ? known[used] : null, access)));
            }

            read += page.Count;
            if (page.Count < limit)
            {
                break;
            }

            after = new RowPosition(page[^1].RequestTime, page[^1].Id);
        }

        return new DryRunReport(read, rows.ToImmutable());
    }
}
