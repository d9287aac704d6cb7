using System.Collections.Immutable;
using McpRegistry.Credentials;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>A server as the store keeps it.</summary>
public sealed record RegisteredServer
{
    /// <summary>Gets the id (Guid version 7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the owner; <see cref="TenantId.Global"/> for a server that every tenant sees.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>Gets the name, unique in the tenant ignoring case, 1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the slug for URLs and tool prefixes, unique in the tenant, <c>[a-z0-9][a-z0-9-]{0,31}</c>.</summary>
    public required string Alias { get; init; }

    /// <summary>Gets the text for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the labels, in the order they were given, without repeats.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Gets who defined the server.</summary>
    public ServerOrigin Origin { get; init; }

    /// <summary>Gets who may share a legacy session. Default <see cref="SessionIsolation.PerSession"/>.</summary>
    public SessionIsolation Isolation { get; init; } = SessionIsolation.PerSession;

    /// <summary>Gets the user who owns the server; null when the tenant itself does.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Gets who finds the server. Default <see cref="ServerVisibility.Tenant"/>.</summary>
    public ServerVisibility Visibility { get; init; }

    /// <summary>Gets a value that tells whether the server is served; a disabled one keeps its catalogue.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Gets a value that tells whether an operator has taken the server out for a while: it gets no new call, and what runs there may end. Default false. A new
    /// definition leaves it as it is.
    /// </summary>
    public bool InMaintenance { get; init; }

    /// <summary>Gets the replicas, at least one, in the order they were given.</summary>
    public required ImmutableArray<ServerEndpoint> Endpoints { get; init; }

    /// <summary>Gets what the gateway shows the server to be let in; null for nothing.</summary>
    public ServerCredential? Credential { get; init; }

    /// <summary>Gets when the server was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the definition last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Gets the concurrency token: the store raises it with every change of the definition and refuses an update that
    /// carries an older one.
    /// </summary>
    public long Version { get; init; }
}
