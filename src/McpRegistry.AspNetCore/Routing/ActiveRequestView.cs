using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Gateway.Active;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.AspNetCore.Routing;

internal sealed record ActiveRequestListView(ImmutableArray<ActiveRequestView> Requests, string? NextCursor);

internal sealed record ActiveRequestView(
    string Id,
    string Method,
    string State,
    string? Server,
    string? Item,
    Guid? Endpoint,
    string Era,
    Guid TenantId,
    Guid? KeyId,
    Guid? UserId,
    DateTimeOffset StartedAt,
    long AgeMs)
{
    public static ActiveRequestView Of(ActiveCall active, string id, DateTimeOffset now)
    {
        var call = active.Call!;
        return new ActiveRequestView(
            id,
            McpMethods.Name(call.Message.Method),
            WireNames<ActiveCallState>.Of(active.State),
            call.Target?.Server.Alias,
            call.TargetName,
            call.TargetEndpoint == Guid.Empty ? null : call.TargetEndpoint,
            WireNames<ProtocolEra>.Of(call.Era),
            call.Caller.Tenant.Value,
            call.Caller.KeyId,
            call.Caller.UserId,
            active.StartedAt,
            (long)(now - active.StartedAt).TotalMilliseconds);
    }
}
