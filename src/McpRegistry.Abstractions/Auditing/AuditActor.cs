using System.Collections.Immutable;

namespace McpRegistry.Auditing;

/// <summary>Who makes a change, and by which request, as the audit trail tells it.</summary>
public sealed record AuditActor
{
    /// <summary>Gets the actor for what a host does by itself, or by its own code.</summary>
    public static AuditActor System { get; } = new() { Kind = AuditActorKind.System };

    /// <summary>Gets what kind of party acts.</summary>
    public required AuditActorKind Kind { get; init; }

    /// <summary>Gets the name for people; null when there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the user; null when none is known.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Gets the API key that is used; null for none.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>
    /// Gets what tells a principal of the host from every other, as its identity provider says it (tenant, issuer and subject); null for none. A name
    /// may be anybody's choice. It stands in <c>principal</c> of <see cref="AuditEvent.Details"/>.
    /// </summary>
    public string? Principal { get; init; }

    /// <summary>Gets the roles and scopes that the actor has.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Gets the address that the request came from; null for none.</summary>
    public string? IpAddress { get; init; }

    /// <summary>Gets what the client calls itself; null for nothing.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Gets the id of the request; null for none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the id of the distributed trace; null for none.</summary>
    public string? TraceId { get; init; }
}
