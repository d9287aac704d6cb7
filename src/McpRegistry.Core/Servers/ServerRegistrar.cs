using McpRegistry.Auditing;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Servers;

/// <summary>The one way by which callers change the registry: validate, write together with the audit event, tell the supervisor.</summary>
internal sealed class ServerRegistrar(
    IServerStore store,
    IServerSupervisor supervisor,
    ServerDefinitionValidator validator,
    ServerComposer composer,
    CredentialMask credentials,
    ServerAudit audit,
    ILogger<ServerRegistrar> logger) : IServerRegistrar
{
    // A caller without a version wants the last word; each lost race means that somebody else made progress.
    private const int MaxAttempts = 5;

    public async ValueTask<ServerWriteResult> RegisterAsync(
        TenantId tenant, ServerDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = await TryRegisterAsync(tenant, definition, actor, cancellationToken).ConfigureAwait(false);
        return result.Succeeded
            ? await PublishAsync(result.Server).ConfigureAwait(false)
            : await audit.RefusedAsync(tenant, actor, "server.create", null, definition.Name, result, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ServerWriteResult> UpdateAsync(
        TenantId tenant, Guid id, ServerDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var (result, isWritten) = await TryUpdateAsync(tenant, id, definition, expectedVersion, actor, cancellationToken).ConfigureAwait(false);
        return !result.Succeeded
            ? await audit.RefusedAsync(tenant, actor, "server.update", id, definition.Name, result, cancellationToken).ConfigureAwait(false)
            : isWritten ? await PublishAsync(result.Server).ConfigureAwait(false) : result;
    }

    public async ValueTask<ServerWriteResult> DeleteAsync(
        TenantId tenant, Guid id, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var existing = (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Server;
        var refusal = Refuse(existing, null);
        if (refusal is null)
        {
            var deletion = await store.DeleteAsync(tenant, id, expectedVersion, audit.Deleted(actor, existing!), cancellationToken).ConfigureAwait(false);
            refusal = deletion.Succeeded ? null : deletion.Outcome == StoreOutcome.Stale ? ServerWriteResult.Stale() : ServerWriteResult.NotFound();
        }

        if (refusal is not null)
        {
            return await audit.RefusedAsync(tenant, actor, "server.delete", id, existing?.Name, refusal, cancellationToken).ConfigureAwait(false);
        }

        logger.Deleted(existing!.Alias, id, tenant, existing.Origin);
        await supervisor.DeletedAsync(tenant, id, CancellationToken.None).ConfigureAwait(false);
        return ServerWriteResult.Success(existing);
    }

    public async ValueTask<ServerWriteResult> SetMaintenanceAsync(
        TenantId tenant, Guid id, bool inMaintenance, AuditActor actor, CancellationToken cancellationToken)
    {
        var result = ServerWriteResult.Stale();
        for (var attempt = 0; attempt < MaxAttempts && result.Outcome == ServerWriteOutcome.Stale; attempt++)
        {
            if ((await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Server is not { } existing)
            {
                result = ServerWriteResult.NotFound();
                break;
            }

            if (existing.InMaintenance == inMaintenance)
            {
                return ServerWriteResult.Success(existing);
            }

            var server = existing with { InMaintenance = inMaintenance };
            var saved = await store.UpdateAsync(tenant, server, audit.Maintained(actor, existing, server), cancellationToken).ConfigureAwait(false);
            result = saved.Succeeded ? ServerWriteResult.Success(saved.Value) : ToResult(saved);
        }

        if (!result.Succeeded)
        {
            return await audit.RefusedAsync(tenant, actor, ServerAudit.MaintenanceAction(inMaintenance), id, null, result, cancellationToken).ConfigureAwait(false);
        }

        logger.Maintained(result.Server.Alias, id, tenant, inMaintenance);
        return await PublishAsync(result.Server).ConfigureAwait(false);
    }

    public ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync(tenant, id, cancellationToken);

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(
        TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(tenant, afterAlias, limit, cancellationToken);

    public ValueTask<DiscoveryReport?> RefreshAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        supervisor.RefreshAsync(tenant, id, cancellationToken);

    private async ValueTask<ServerWriteResult> TryRegisterAsync(
        TenantId tenant, ServerDefinition definition, AuditActor actor, CancellationToken cancellationToken)
    {
        var candidate = validator.Validate(definition, ServerOrigin.Api);
        MaskedPlace.Check(candidate);
        MaskedEnvironment.Check(candidate, null);
        credentials.Check(candidate, null);
        if (!candidate.Faults.IsEmpty)
        {
            return ServerWriteResult.Invalid(candidate.Faults);
        }

        var server = composer.Compose(tenant, candidate, null);
        if (await IsTakenGloballyAsync(tenant, server.Alias, cancellationToken).ConfigureAwait(false))
        {
            return ServerWriteResult.Conflict("alias");
        }

        var result = await store.AddAsync(tenant, server, audit.Created(actor, server), cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            return ToResult(result);
        }

        logger.Registered(result.Value.Alias, result.Value.Id, tenant, result.Value.Origin);
        return ServerWriteResult.Success(result.Value);
    }

    private async ValueTask<(ServerWriteResult Result, bool IsWritten)> TryUpdateAsync(
        TenantId tenant, Guid id, ServerDefinition definition, long? expectedVersion, AuditActor actor, CancellationToken cancellationToken)
    {
        var candidate = validator.Validate(definition, ServerOrigin.Api);
        MaskedPlace.Check(candidate);
        for (var attempt = 1; ; attempt++)
        {
            var existing = (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Server;
            if (Refuse(existing, expectedVersion) is { } refusal)
            {
                return (refusal, false);
            }

            MaskedEnvironment.Check(candidate, existing);
            credentials.Check(candidate, existing);
            if (!candidate.Faults.IsEmpty)
            {
                return (ServerWriteResult.Invalid(candidate.Faults), false);
            }

            var server = composer.Compose(tenant, candidate, existing);
            if (ServerEquality.SaySame(existing!, server))
            {
                return (ServerWriteResult.Success(existing!), false);
            }

            if (server.Alias != existing!.Alias && await IsTakenGloballyAsync(tenant, server.Alias, cancellationToken).ConfigureAwait(false))
            {
                return (ServerWriteResult.Conflict("alias"), false);
            }

            var result = await store.UpdateAsync(tenant, server, audit.Updated(actor, existing, server), cancellationToken).ConfigureAwait(false);
            if (result.Outcome == StoreOutcome.Stale && expectedVersion is null && attempt < MaxAttempts)
            {
                continue;
            }

            if (!result.Succeeded)
            {
                return (ToResult(result), false);
            }

            logger.Changed(result.Value.Alias, id, tenant, result.Value.Version, result.Value.Origin);
            return (ServerWriteResult.Success(result.Value), true);
        }
    }

    private static ServerWriteResult? Refuse(RegisteredServer? existing, long? expectedVersion) => existing switch
    {
        null => ServerWriteResult.NotFound(),
        { Origin: not ServerOrigin.Api } => ServerWriteResult.NotEditable(existing),
        _ when expectedVersion is { } version && version != existing.Version => ServerWriteResult.Stale(),
        _ => null,
    };

    private static ServerWriteResult ToResult(StoreResult<RegisteredServer> result) => result.Outcome switch
    {
        StoreOutcome.NotFound => ServerWriteResult.NotFound(),
        StoreOutcome.Conflict when result.ConflictField == IServerStore.LimitField => ServerWriteResult.LimitReached(),
        StoreOutcome.Conflict => ServerWriteResult.Conflict(result.ConflictField),
        _ => ServerWriteResult.Stale(),
    };

    /// <summary>What is written must be served, also when the caller hangs up between the two: hence no cancellation.</summary>
    private async ValueTask<ServerWriteResult> PublishAsync(RegisteredServer server)
    {
        await supervisor.SavedAsync(server, CancellationToken.None).ConfigureAwait(false);
        return ServerWriteResult.Success(server);
    }

    /// <summary>A tenant's server never hides one that all tenants see: its callers would reach another server than they think.</summary>
    private async ValueTask<bool> IsTakenGloballyAsync(TenantId tenant, string alias, CancellationToken cancellationToken) =>
        !tenant.IsGlobal && await store.FindByAliasAsync(TenantId.Global, alias, cancellationToken).ConfigureAwait(false) is not null;
}
