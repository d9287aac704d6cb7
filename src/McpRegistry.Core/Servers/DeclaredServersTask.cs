using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Servers.Validation;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Servers;

/// <summary>
/// Brings the stored servers of origin configuration and code in step with what is declared now: new ones are added, changed
/// ones keep their id, unchanged ones cost no write, and those no longer declared go.
/// </summary>
internal sealed class DeclaredServersTask(
    DeclaredServerReader reader,
    IServerStore store,
    IServerSupervisor supervisor,
    ServerComposer composer,
    ServerAudit audit,
    ILogger<DeclaredServersTask> logger) : IStartupTask
{
    private const int PageSize = 500;

    // Another replica may start with the same declarations at the same time; then its writes are ours.
    private const int MaxAttempts = 3;

    public int Order => StartupOrder.DeclaredServers;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var declared = reader.Read(faults);
        var stored = await ReadStoredAsync(cancellationToken).ConfigureAwait(false);
        AddClashes(declared, stored, faults);
        ThrowIfAny(faults);

        await DeleteUndeclaredAsync(declared, stored, cancellationToken).ConfigureAwait(false);
        foreach (var candidate in declared)
        {
            await SaveAsync(candidate, faults, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfAny(faults);
    }

    private static void ThrowIfAny(List<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new DeclaredServersException(faults);
        }
    }

    private static void AddClashes(IReadOnlyList<ServerCandidate> declared, List<RegisteredServer> stored, List<string> faults)
    {
        foreach (var server in stored.Where(static server => server.Origin == ServerOrigin.Api))
        {
            foreach (var candidate in declared)
            {
                if (candidate.Alias == server.Alias)
                {
                    faults.Add(Clash(candidate, "alias", server.Alias, server));
                }
                else if (string.Equals(candidate.Definition.Name, server.Name, StringComparison.OrdinalIgnoreCase))
                {
                    faults.Add(Clash(candidate, "name", server.Name, server));
                }
            }
        }
    }

    private static string Clash(ServerCandidate candidate, string field, string value, RegisteredServer server) =>
        $"The declared server '{candidate.Alias}' ({candidate.Origin}) and the server '{server.Name}' ({server.Id}), registered over REST, have the same {field} '{value}'. Rename one, or delete the registered one.";

    private async Task<List<RegisteredServer>> ReadStoredAsync(CancellationToken cancellationToken)
    {
        var all = new List<RegisteredServer>();
        IReadOnlyList<StoredServer> page;
        do
        {
            var after = all.Count == 0 ? null : all[^1].Alias;
            page = await store.ListAsync(TenantId.Global, after, PageSize, cancellationToken).ConfigureAwait(false);
            all.AddRange(page.Select(static row => row.Server));
        }
        while (page.Count == PageSize);

        return all;
    }

    private async Task DeleteUndeclaredAsync(
        IReadOnlyList<ServerCandidate> declared, List<RegisteredServer> stored, CancellationToken cancellationToken)
    {
        var aliases = declared.Select(static candidate => candidate.Alias).ToHashSet(StringComparer.Ordinal);
        foreach (var server in stored.Where(server => server.Origin != ServerOrigin.Api && !aliases.Contains(server.Alias)))
        {
            await store.DeleteAsync(TenantId.Global, server.Id, null, audit.Deleted(AuditActor.System, server), cancellationToken).ConfigureAwait(false);
            logger.Deleted(server.Alias, server.Id, server.Tenant, server.Origin);
            await supervisor.DeletedAsync(TenantId.Global, server.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(ServerCandidate candidate, List<string> faults, CancellationToken cancellationToken)
    {
        StoreResult<RegisteredServer> result = default;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var existing = (await store.FindByAliasAsync(TenantId.Global, candidate.Alias, cancellationToken).ConfigureAwait(false))?.Server;
            var server = composer.Compose(TenantId.Global, candidate, existing);
            if (existing is not null && ServerEquality.SaySame(existing, server))
            {
                return;
            }

            if (existing is { Origin: ServerOrigin.Api })
            {
                faults.Add(Clash(candidate, "alias", existing.Alias, existing));
                return;
            }

            result = existing is null
                ? await store.AddAsync(TenantId.Global, server, audit.Created(AuditActor.System, server), cancellationToken).ConfigureAwait(false)
                : await store.UpdateAsync(TenantId.Global, server, audit.Updated(AuditActor.System, existing, server), cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                await PublishAsync(result.Value, existing is null, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        faults.Add($"The declared server '{candidate.Alias}' ({candidate.Origin}) could not be stored: {Describe(result)}.");
    }

    private static string Describe(StoreResult<RegisteredServer> result) => result.Outcome == StoreOutcome.Conflict
        ? $"another server has the same {result.ConflictField}"
        : "it was changed elsewhere at the same time; start the host again";

    private ValueTask PublishAsync(RegisteredServer server, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            logger.Registered(server.Alias, server.Id, server.Tenant, server.Origin);
        }
        else
        {
            logger.Changed(server.Alias, server.Id, server.Tenant, server.Version, server.Origin);
        }

        return supervisor.SavedAsync(server, cancellationToken);
    }
}
