using McpRegistry.Alerts;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Alerts;

/// <summary>The writes of an alert: its definition, which may name a server, and its state.</summary>
internal sealed class PerformanceAlertWriter(IDatabaseProvider provider)
{
    private const string ServerField = "serverId";

    public async Task<StoreResult<PerformanceAlert>> AddAsync(
        RegistryDbContext context, PerformanceAlertEntity alert, CancellationToken cancellationToken)
    {
        if (!await HasServerAsync(context, alert, cancellationToken).ConfigureAwait(false))
        {
            return StoreResult<PerformanceAlert>.Conflict(ServerField);
        }

        context.PerformanceAlerts.Add(alert);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult<PerformanceAlert>.Success(PerformanceAlertMapper.ToRecord(alert));
    }

    public async Task<StoreResult<PerformanceAlert>> UpdateAsync(
        RegistryDbContext context, PerformanceAlertEntity wanted, CancellationToken cancellationToken)
    {
        var stored = context.PerformanceAlerts.Where(x => x.TenantId == wanted.TenantId && x.Id == wanted.Id);
        var hasServer = await HasServerAsync(context, wanted, cancellationToken).ConfigureAwait(false);
        if (!hasServer || await ReplaceAsync(stored, wanted, cancellationToken).ConfigureAwait(false) == 0)
        {
            var version = await stored.Select(x => (long?)x.Version).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            return version is null
                ? StoreResult<PerformanceAlert>.NotFound()
                : hasServer || version != wanted.Version ? StoreResult<PerformanceAlert>.Stale() : StoreResult<PerformanceAlert>.Conflict(ServerField);
        }

        return StoreResult<PerformanceAlert>.Success(PerformanceAlertMapper.ToRecord(
            await stored.AsNoTracking().SingleAsync(cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Compares and sets in one statement, which is what makes one of two evaluations lose.</summary>
    public static async Task<StoreResult<AlertState>> MoveAsync(
        IQueryable<PerformanceAlertEntity> stored, AlertState seen, AlertState now, CancellationToken cancellationToken)
    {
        var rows = await stored
            .Where(x => x.IsTriggered == seen.IsTriggered
                && x.TriggerCount == seen.TriggerCount
                && x.FirstTriggered == seen.TriggeredSince
                && x.LastTriggered == seen.LastTriggered
                && x.LastNotification == seen.LastNotification)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.IsTriggered, now.IsTriggered)
                    .SetProperty(x => x.TriggerCount, now.TriggerCount)
                    .SetProperty(x => x.FirstTriggered, now.TriggeredSince)
                    .SetProperty(x => x.LastTriggered, now.LastTriggered)
                    .SetProperty(x => x.LastNotification, now.LastNotification),
                cancellationToken)
            .ConfigureAwait(false);
        if (rows > 0)
        {
            return StoreResult<AlertState>.Success(now);
        }

        return await stored.AnyAsync(cancellationToken).ConfigureAwait(false)
            ? StoreResult<AlertState>.Stale()
            : StoreResult<AlertState>.NotFound();
    }

    private static Task<int> ReplaceAsync(
        IQueryable<PerformanceAlertEntity> stored, PerformanceAlertEntity wanted, CancellationToken cancellationToken) =>
        stored.Where(x => x.Version == wanted.Version).ExecuteUpdateAsync(
            set => set
                .SetProperty(x => x.Name, wanted.Name)
                .SetProperty(x => x.NameKey, wanted.NameKey)
                .SetProperty(x => x.Description, wanted.Description)
                .SetProperty(x => x.ServerId, wanted.ServerId)
                .SetProperty(x => x.MetricName, wanted.MetricName)
                .SetProperty(x => x.ThresholdValue, wanted.ThresholdValue)
                .SetProperty(x => x.ComparisonOperator, wanted.ComparisonOperator)
                .SetProperty(x => x.DurationMinutes, wanted.DurationMinutes)
                .SetProperty(x => x.CooldownMinutes, wanted.CooldownMinutes)
                .SetProperty(x => x.IsActive, wanted.IsActive)
                .SetProperty(x => x.NotificationChannels, wanted.NotificationChannels)
                .SetProperty(x => x.UpdatedAt, wanted.UpdatedAt)
                .SetProperty(x => x.Version, x => x.Version + 1),
            cancellationToken);

    private async Task<bool> HasServerAsync(RegistryDbContext context, PerformanceAlertEntity alert, CancellationToken cancellationToken)
    {
        if (alert.ServerId is not { } id)
        {
            return true;
        }

        return await context.KeepRowAsync<ServerEntity>(provider, id, cancellationToken).ConfigureAwait(false)
            && await context.Servers
                .AnyAsync(x => x.Id == id && (x.TenantId == alert.TenantId || x.TenantId == TenantId.Global.Value), cancellationToken)
                .ConfigureAwait(false);
    }
}
