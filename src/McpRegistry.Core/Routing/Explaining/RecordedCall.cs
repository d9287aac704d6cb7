using System.Net;
using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Snapshots;

namespace McpRegistry.Routing.Explaining;

/// <summary>A request of the log in the form in which rules are asked about it.</summary>
/// <param name="Entry">The request.</param>
/// <param name="View">What exists for its caller by now.</param>
/// <param name="Owner">The server that it went to; null when that is gone.</param>
/// <param name="Facts">What rules can know of it.</param>
internal sealed record RecordedCall(RequestLogEntry Entry, TenantView View, ServerEntry? Owner, RouteFacts Facts)
{
    /// <summary>What no entry of the log has.</summary>
    public const RouteField NeverLogged = RouteField.Role | RouteField.Header | RouteField.Argument;

    /// <summary>What an entry lacks that names no item, or only the beginning of one.</summary>
    public const RouteField Items = RouteField.Tool | RouteField.Prompt | RouteField.Resource;

    private const RouteField OfServer = RouteField.Server | RouteField.Tag | RouteField.Transport;

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="method">Its method.</param>
    /// <param name="key">The key that it used; null for none, and for one that is gone.</param>
    /// <param name="access">What its caller may see.</param>
    public static RecordedCall Of(RequestLogEntry entry, McpMethod method, ApiKey? key, AccessGate access)
    {
        var caller = new Caller(entry.ApiKeyId is { } id ? $"key:{id}" : $"user:{entry.UserId}", entry.Tenant, ApiKeyScope.Read | ApiKeyScope.Proxy)
        {
            KeyId = entry.ApiKeyId,
            UserId = entry.UserId,
            Key = key,
        };
        var view = access.ViewOf(caller);
        var owner = entry.TargetServerId is { } server ? view.Find(server) : null;

        // A name as long as the log keeps may have been cut.
        var name = entry.TargetName is { Length: < RequestLogEntry.MaxNameLength } whole ? whole : null;
        var kind = method == McpMethod.Complete ? CompletedKind(owner, name) : RouteFacts.FieldOf(method);
        var isKnown = name is not null && kind != RouteField.None;
        var address = IPAddress.TryParse(entry.IpAddress, out var parsed) ? parsed : null;
        var facts = new RouteFacts
        {
            Caller = caller,
            Method = method,
            Item = isKnown ? name : null,
            ItemField = kind,
            Server = owner?.Server,
            Address = address,
            Headers = [],
            Size = entry.RequestSizeBytes ?? 0,
            At = entry.RequestTime,
            Unknown = NeverLogged
                | (isKnown ? RouteField.None : kind == RouteField.None ? RouteField.Prompt | RouteField.Resource : kind)
                | (owner is null ? OfServer : RouteField.None)
                | (address is null ? RouteField.Address : RouteField.None)
                | (entry.RequestSizeBytes is null ? RouteField.Size : RouteField.None),
        };
        return new RecordedCall(entry, view, owner, facts);
    }

    /// <summary>The log says what was completed and not what that is: the server tells, unless it has both or neither.</summary>
    private static RouteField CompletedKind(ServerEntry? owner, string? name)
    {
        if (name is null || owner?.Report is not { } report)
        {
            return RouteField.None;
        }

        var offered = OfferedItems.Of(report);
        return (offered.Has(RouteField.Prompt, name), offered.Has(RouteField.Resource, name)) switch
        {
            (true, false) => RouteField.Prompt,
            (false, true) => RouteField.Resource,
            _ => RouteField.None,
        };
    }
}
