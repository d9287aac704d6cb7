using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Gateway.Caching;

/// <summary>
/// What two requests to one server must have in common to get one answer (protocol.md 2.5). Made over the bytes of a request
/// without copying them; <see cref="Owned"/> outlives it.
/// </summary>
internal readonly struct ResponseKey : IEquatable<ResponseKey>
{
    /// <summary>Longer ones are nobody's real URI or set of capabilities; keeping them would cost more than asking.</summary>
    private const int MaxBytes = 8 * 1024;

    private readonly McpMethod _method;
    private readonly TenantId _tenant;
    private readonly string? _principal;
    private readonly ReadOnlyMemory<byte> _parameter;
    private readonly ReadOnlyMemory<byte> _capabilities;
    private readonly int _hash;

    private ResponseKey(McpMethod method, TenantId tenant, string? principal, ReadOnlyMemory<byte> parameter, ReadOnlyMemory<byte> capabilities, int hash)
    {
        (_method, _tenant, _principal, _parameter, _capabilities, _hash) = (method, tenant, principal, parameter, capabilities, hash);
    }

    public McpMethod Method => _method;

    public int Length => _parameter.Length + _capabilities.Length;

    /// <summary>Makes the key of a caller's own answers.</summary>
    /// <returns>Null when the answer depends on more than a key can hold, or is not of a kind that may be kept.</returns>
    public static ResponseKey? Of(GatewayCall call)
    {
        var message = call.Message;
        if (!(McpMethods.IsList(message.Method) || message.Method == McpMethod.ResourcesRead) || !IsPlain(message))
        {
            return null;
        }

        var parameter = message.Method == McpMethod.ResourcesRead ? call.OwnUri : message.Cursor.Of(message.Body);
        var capabilities = call.Era == ProtocolEra.Modern ? message.MetaCapabilities.Of(message.Body) : call.Profile.ModernCapabilities;
        if (parameter.Length + capabilities.Length > MaxBytes)
        {
            return null;
        }

        var hash = default(HashCode);
        hash.AddBytes(parameter.Span);
        hash.AddBytes(capabilities.Span);
        hash.Add((int)message.Method);
        return new ResponseKey(message.Method, call.Caller.Tenant, call.Caller.PrincipalId, parameter, capabilities, hash.ToHashCode());
    }

    /// <summary>The key of answers for all callers of the tenant, who can do the same as this one.</summary>
    public ResponseKey ForEveryCaller() => new(_method, _tenant, null, _parameter, _capabilities, _hash);

    public ResponseKey Owned() => new(_method, _tenant, _principal, _parameter.ToArray(), _capabilities.ToArray(), _hash);

    public bool Equals(ResponseKey other) =>
        _hash == other._hash
        && _method == other._method
        && _tenant == other._tenant
        && string.Equals(_principal, other._principal, StringComparison.Ordinal)
        && _parameter.Span.SequenceEqual(other._parameter.Span)
        && _capabilities.Span.SequenceEqual(other._capabilities.Span);

    public override bool Equals(object? obj) => obj is ResponseKey other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_hash, _tenant, _principal is null ? 0 : string.GetHashCode(_principal, StringComparison.Ordinal));

    /// <summary>Answers to questions are no part of a key, and nobody knows what a member of another name means.</summary>
    private static bool IsPlain(ClientMessage message)
    {
        var isNamed = message.Method == McpMethod.ResourcesRead;
        if (isNamed ? !message.IsString(message.Uri) : !(message.Cursor.IsMissing || message.IsString(message.Cursor)))
        {
            return false;
        }

        var members = new JsonMembers(message.Raw(message.Params));
        while (members.Next())
        {
            if (!members.NameIs("_meta"u8) && !members.NameIs(isNamed ? "uri"u8 : "cursor"u8))
            {
                return false;
            }
        }

        return true;
    }
}
