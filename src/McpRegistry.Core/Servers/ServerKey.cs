using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>
/// How configuration names a server: its id, its alias if it is one of the global tenant, or <c>TENANT_ID/ALIAS</c>. An alias is unique in its
/// tenant only, so that what is said of one must not hold for the servers of others that chose the same.
/// </summary>
internal readonly record struct ServerKey
{
    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Form = "the id of a server, the alias of a global one, or TENANT_ID/ALIAS";

    private ServerKey(Guid id, TenantId tenant, string? alias) => (Id, Tenant, Alias) = (id, tenant, alias);

    private Guid Id { get; }

    private TenantId Tenant { get; }

    private string? Alias { get; }

    public static ServerKey ById(RegisteredServer server) => new(server.Id, default, null);

    public static ServerKey ByAlias(RegisteredServer server) => new(Guid.Empty, server.Tenant, server.Alias);

    /// <summary>Reads a key of configuration, in which case means nothing.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ServerKey key)
    {
        var slash = text.IndexOf('/');
        if (Guid.TryParseExact(text, "D", out var id))
        {
            key = new ServerKey(id, default, null);
            return true;
        }

        var tenant = Guid.Empty;
        var alias = text[(slash + 1)..].ToString().ToLowerInvariant();
        var isKey = ServerAlias.IsWellFormed(alias) && (slash < 0 || Guid.TryParseExact(text[..slash], "D", out tenant));
        key = isKey ? new ServerKey(Guid.Empty, new TenantId(tenant), alias) : default;
        return isKey;
    }
}
