using System.Collections.Immutable;
using System.Diagnostics;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.ApiKeys;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Auditing;
using McpRegistry.Users;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Auditing;

/// <summary>Tells the audit trail who makes a request.</summary>
internal static class AuditActorExtensions
{
    /// <summary>Gets the actor of a REST request that has a caller.</summary>
    public static AuditActor GetActor(this HttpContext context)
    {
        var caller = context.GetCaller();
        return new AuditActor
        {
            Kind = KindOf(caller),
            Name = caller.Name,
            UserId = caller.UserId,
            ApiKeyId = caller.KeyId,
            Principal = caller.HostPrincipal,
            Roles = RolesOf(caller),
            IpAddress = AddressOf(context),
            UserAgent = context.Request.Headers.UserAgent,
            RequestId = context.TraceIdentifier,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
    }

    public static AuditActorKind KindOf(Caller caller) => caller.KeyId is null ? AuditActorKind.User : AuditActorKind.ApiKey;

    /// <summary>Gets the role of the user, if one is known, and the scopes.</summary>
    public static ImmutableArray<string> RolesOf(Caller caller)
    {
        var scopes = ScopeNames.Of(caller.Scopes);
        return caller.Role is { } role ? [WireNames<UserRole>.Of(role), .. scopes] : [.. scopes];
    }

    public static string? AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
    }
}
