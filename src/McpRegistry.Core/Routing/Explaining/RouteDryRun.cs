using System.Collections.Immutable;
using System.Net;
using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.Routing.Explaining;

/// <summary>
/// Holds a set of rules against the requests that a tenant has made. Servers, keys and access rules are those of today; what the
/// log does not keep is unknown, and so is each condition that depends on it.
/// </summary>
internal sealed class RouteDryRun(IRequestLogStore log, IApiKeyStore keys, AccessGate access)
{
    /// <summary>What no entry of the log has.</summary>
    public const RouteField NeverLogged = RouteField.Role | RouteField.Header | RouteField.Argument;

    private const RouteField OfServer = RouteField.Server | RouteField.Tag | RouteField.Transport;
    private const int MaxPage = 1_000;

    /// <summary>Reads the newest requests of a tenant and asks the rules about each.</summary>
    /// <param name="tenant">Whose requests.</param>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="requests">How many entries of the log to read.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async ValueTask<DryRunReport> RunAsync(TenantId tenant, IReadOnlyList<CompiledRoute> rules, int requests, CancellationToken cancellationToken)
    {
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

                rows.Add(Ask(rules, entry, method, entry.ApiKeyId is { } used ? known[used] : null));
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

    private DryRunRow Ask(IReadOnlyList<CompiledRoute> rules, RequestLogEntry entry, McpMethod method, ApiKey? key)
    {
        var caller = new Caller(entry.ApiKeyId is { } id ? $"key:{id}" : $"user:{entry.UserId}", entry.Tenant, ApiKeyScope.Read | ApiKeyScope.Proxy)
        {
            KeyId = entry.ApiKeyId,
            UserId = entry.UserId,
            Key = key,
        };
        var view = access.ViewOf(caller);
        var owner = entry.TargetServerId is { } server ? view.Find(server) : null;
        var facts = FactsOf(entry, method, caller, owner);
        var possible = new List<RoutingRule>();
        var missing = RouteField.None;
        foreach (var route in rules)
        {
            var truth = route.Condition.Of(facts);
            if (truth == Truth.Unknown)
            {
                possible.Add(route.Rule);
                missing |= route.Condition.Missing(facts);
            }
            else if (truth == Truth.Yes && Usable(route, view, facts, owner) is { } targets)
            {
                return new DryRunRow(entry, owner?.Server.Alias, possible.Count > 0 ? DryRunVerdict.Undecided : DryRunVerdict.Rule, route.Rule, targets, [.. possible], missing);
            }
        }

        return new DryRunRow(entry, owner?.Server.Alias, possible.Count > 0 ? DryRunVerdict.Undecided : DryRunVerdict.Default, null, [], [.. possible], missing);
    }

    private static RouteFacts FactsOf(RequestLogEntry entry, McpMethod method, Caller caller, ServerEntry? owner)
    {
        // A name as long as the log keeps may have been cut, and that of a completion is not kept at all.
        var hasItem = entry.TargetName is { Length: < RequestLogEntry.MaxNameLength };
        var address = IPAddress.TryParse(entry.IpAddress, out var parsed) ? parsed : null;
        return new RouteFacts
        {
            Caller = caller,
            Method = method,
            Item = hasItem ? entry.TargetName : null,
            ItemField = RouteFacts.FieldOf(method),
            Server = owner?.Server,
            Address = address,
            Headers = [],
            Size = entry.RequestSizeBytes ?? 0,
            At = entry.RequestTime,
            Unknown = NeverLogged
                | (hasItem ? RouteField.None : method == McpMethod.Complete ? RouteField.Prompt | RouteField.Resource : RouteFacts.FieldOf(method))
                | (owner is null ? OfServer : RouteField.None)
                | (address is null ? RouteField.Address : RouteField.None)
                | (entry.RequestSizeBytes is null ? RouteField.Size : RouteField.None),
        };
    }

    /// <summary>Lists what a rule could send a request to; null when that is nothing, so that the next rule is asked.</summary>
    private ImmutableArray<string>? Usable(CompiledRoute route, TenantView view, in RouteFacts facts, ServerEntry? owner)
    {
        if (route.Targets.OnlyMirrors)
        {
            return owner is null ? [] : [owner.Server.Alias];
        }

        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var server in route.Targets.Servers.AddRange(route.Targets.Canary?.Servers ?? []))
        {
            if (RouteTargetCheck.Check(access, view, facts, owner, server, out _) == TargetState.Usable && !names.Contains(server.Alias))
            {
                names.Add(server.Alias);
            }
        }

        return names.Count > 0 ? names.ToImmutable() : null;
    }
}
