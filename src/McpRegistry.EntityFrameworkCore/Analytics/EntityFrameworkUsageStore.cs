using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Analytics;

internal sealed class EntityFrameworkUsageStore(RegistryDatabase database) : IUsageStore
{
    public async ValueTask AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (deltas.Count == 0)
        {
            return;
        }

        try
        {
            await database
                .WriteQuietlyAsync((context, token) => new UsageWriter(context).AddAsync(deltas, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (database.Provider.Errors.IsDataFault(exception))
        {
            throw new ArgumentException("The database can never keep one of the deltas.", nameof(deltas), exception);
        }
    }

    public async ValueTask<IReadOnlyList<UsageTotals>> ListServerAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken)
    {
        var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            var server = await context.Servers
                .Where(row => row.TenantId == tenant.Value && row.Id == serverId)
                .Select(row => new UsageTotals
                {
                    Subject = UsageSubject.Server,
                    Calls = row.RequestCount,
                    Errors = row.ErrorCount,
                    MeanMs = row.AvgResponseTime,
                    SuccessRate = row.SuccessRate,
                    ActiveConnections = row.ActiveConnections,
                    LastUsed = row.LastUsedAt,
                })
                .SingleOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false);
            return server is null
                ? []
                :
                [
                    server,
                    .. await ListItemsAsync<ToolEntity>(context, UsageSubject.Tool, serverId, cancellationToken).ConfigureAwait(false),
                    .. await ListItemsAsync<ResourceEntity>(context, UsageSubject.Resource, serverId, cancellationToken).ConfigureAwait(false),
                    .. await ListItemsAsync<ResourceTemplateEntity>(context, UsageSubject.ResourceTemplate, serverId, cancellationToken).ConfigureAwait(false),
                    .. await ListItemsAsync<PromptEntity>(context, UsageSubject.Prompt, serverId, cancellationToken).ConfigureAwait(false),
                ];
        }
    }

    public ValueTask<UsageTotals?> FindKeyAsync(TenantId tenant, Guid keyId, CancellationToken cancellationToken) => database.ReadAsync(
        (context, token) => context.ApiKeys
            .Where(row => row.TenantId == tenant.Value && row.Id == keyId)
            .Select(row => new UsageTotals
            {
                Subject = UsageSubject.ApiKey,
                Calls = row.TotalRequests,
                Errors = row.TotalErrors,
                LastUsed = row.LastUsed,
                LastSuccess = row.LastSuccess,
                LastError = row.LastError,
            })
            .SingleOrDefaultAsync(token),
        cancellationToken);

    private static async Task<IEnumerable<UsageTotals>> ListItemsAsync<T>(
        RegistryDbContext context, UsageSubject subject, Guid serverId, CancellationToken cancellationToken)
        where T : CatalogueEntity
    {
        var items = await context.Set<T>()
            .Where(row => row.ServerId == serverId && row.TotalCalls > 0)
            .Select(row => new UsageTotals
            {
                Subject = subject,
                ItemKey = row.Key,
                Calls = row.TotalCalls,
                Errors = row.ErrorCount,
                MeanMs = row.AvgExecutionTime,
                LastUsed = row.LastUsedAt,
            })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);

        // Sorted here: the databases order by UTF-8 bytes, which differs from ordinal beyond the basic plane.
        return items.OrderBy(item => item.ItemKey, StringComparer.Ordinal);
    }
}
