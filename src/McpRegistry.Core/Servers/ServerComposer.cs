using System.Collections.Immutable;
using McpRegistry.Credentials;
using McpRegistry.Servers.Validation;
using McpRegistry.Tenancy;

namespace McpRegistry.Servers;

/// <summary>Makes the stored form of a definition that was found valid.</summary>
internal sealed class ServerComposer(TimeProvider time, CredentialComposer credentials)
{
    /// <summary>Composes a new server, or the next state of an existing one: its id, tenant, owner, visibility, maintenance and creation time stay.</summary>
    public RegisteredServer Compose(TenantId tenant, ServerCandidate candidate, RegisteredServer? existing)
    {
        var now = time.GetUtcNow();
        var definition = candidate.Definition;
        var free = existing is null ? [] : existing.Endpoints.ToList();
        var id = existing?.Id ?? Guid.CreateVersion7(now);
        var owner = existing?.Tenant ?? tenant;
        return new RegisteredServer
        {
            Id = id,
            Tenant = owner,
            Name = definition.Name!,
            Alias = definition.Alias ?? existing?.Alias ?? candidate.Alias,
            Description = definition.Description,
            Tags = [.. definition.Tags.Distinct(StringComparer.Ordinal)],
            Origin = candidate.Origin,
            Isolation = definition.Isolation,
            Owner = existing?.Owner,
            Visibility = existing?.Visibility ?? ServerVisibility.Tenant,
            Enabled = definition.Enabled,
            InMaintenance = existing?.InMaintenance ?? false,
            Endpoints = [.. candidate.Endpoints.Select(endpoint => Compose(endpoint, candidate.Origin, existing, free, now))],
            Credential = credentials.Compose(owner, id, candidate, existing),
            CreatedAt = existing?.CreatedAt ?? now,
            UpdatedAt = now,
            Version = existing?.Version ?? 0,
        };
    }

    private static ServerEndpoint Compose(
        EndpointCandidate endpoint, ServerOrigin origin, RegisteredServer? existing, List<ServerEndpoint> free, DateTimeOffset now)
    {
        var definition = endpoint.Definition;
        var kept = free.Find(stored => EndpointIdentity.Matches(stored, endpoint.Transport, definition));
        if (kept is not null)
        {
            free.Remove(kept);
        }

        return new ServerEndpoint
        {
            Id = kept?.Id ?? Guid.CreateVersion7(now),
            Transport = endpoint.Transport,
            Url = definition.Url,
            Command = definition.Command,
            Arguments = [.. definition.Arguments],
            Environment = definition.Environment.ToImmutableDictionary(
                static pair => pair.Key,
                pair => origin == ServerOrigin.Api ? MaskedEnvironment.Resolve(existing, endpoint, pair.Key, pair.Value) : pair.Value,
                StringComparer.Ordinal),
            WorkingDirectory = definition.WorkingDirectory,
            Weight = definition.Weight,
            Zone = definition.Zone,
            Era = definition.Era,
        };
    }
}
