using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>
/// Answers what this replica knows of the endpoints of a tenant's own servers, and what the other replicas have told of them. What others have is not among it:
/// a global server says how much every tenant calls, which is for the administrators of the installation.
/// </summary>
internal sealed class RouterMetricsApi(RegistrySnapshots snapshots, AccessGate access, OtherReplicas others)
{
    public async Task GetAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var page = PageQuery.Read(context.Request.Query, faults, ServerAlias.IsWellFormed);
        var named = context.Request.Query["server"];
        if (named.Count > 1)
        {
            faults.Add(new ValidationFault("server", "repeated", "One server can be named."));
        }

        var isOfAll = context.Request.Query.TryGetValue("replicas", out var replicas);
        if (isOfAll && replicas.ToString() != "all")
        {
            faults.Add(new ValidationFault("replicas", "unknown_value", "Only all replicas can be asked for."));
        }

        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var rows = Find(context, page, named.Count == 0 ? null : named[0]);
        if (named.Count == 1 && rows.IsEmpty)
        {
            await Problem.NotFound("server").WriteAsync(context);
            return;
        }

        var next = page.Next(rows, static row => row.Server.Alias);
        var servers = ImmutableArray.CreateBuilder<ServerMetricsView>();
        foreach (var row in rows.Take(page.Limit))
        {
            servers.Add(ServerMetricsView.Of(row, isOfAll ? await others.ReadAsync(row, context.RequestAborted) : null));
        }

        await context.WriteApiAsync(
            new RouterMetricsView(servers.ToImmutable(), next, isOfAll ? others.Own : null), RoutingJsonContext.Readable.RouterMetricsView);
    }

    private ImmutableArray<ServerEntry> Find(HttpContext context, PageQuery page, string? named)
    {
        var caller = context.GetCaller();
        return
        [
            .. snapshots.Current.For(caller.Tenant).Servers
                .Where(entry => entry.Server.Tenant == caller.Tenant
                    && (named is null || entry.Server.Alias == named)
                    && (page.After is null || string.CompareOrdinal(entry.Server.Alias, page.After) > 0)
                    && access.Decide(caller, entry.Server, AccessPermissions.Read, McpMethod.Unknown).IsAllowed)
                .Take(page.Wanted),
        ];
    }
}
