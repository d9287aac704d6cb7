using McpRegistry.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Maintenance;

/// <summary>Runs what is due, each piece by itself: one that fails is logged and stops no other.</summary>
internal sealed class DueWork(
    IRetentionPolicyStore policies,
    IDataRetention retention,
    IMaterializedViewStore definitions,
    IMaterializedViews views,
    IDatabaseUpkeep upkeep,
    GoneReplicas gone,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<DueWork> logger)
{
    private long _lastUpkeep = time.GetTimestamp();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync("Retention", RetainAsync, cancellationToken).ConfigureAwait(false);
        await TryAsync("Refreshing views", RefreshAsync, cancellationToken).ConfigureAwait(false);
        await TryAsync("Forgetting replicas that are gone", gone.ForgetAsync, cancellationToken).ConfigureAwait(false);
        if (time.GetElapsedTime(_lastUpkeep) >= options.Value.UpkeepInterval)
        {
            await TryAsync("Upkeep", KeepAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RetainAsync(CancellationToken cancellationToken)
    {
        foreach (var policy in await policies.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await TryAsync($"Retention policy {policy.Name}", token => RunAsync(policy, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var view in await definitions.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await TryAsync($"Refresh of {view.Name}", token => RefreshAsync(view, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!policy.IsActive || policy.NextRun > now
            || !await policies.TryClaimAsync(policy.Id, now, now + options.Value.RetentionInterval, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var run = await retention.RunAsync(policy.Id, cancellationToken).ConfigureAwait(false);
        if (run.Outcome == RetentionOutcome.Refused)
        {
            logger.PolicyRefused(policy.Name, string.Join("; ", run.Faults.Select(fault => $"{fault.Path}: {fault.Message}")));
        }
        else if (run.Rows > 0)
        {
            logger.RowsDeleted(policy.Name, run.Rows, policy.Table, run.Duration.TotalMilliseconds);
        }
    }

    private async Task RefreshAsync(MaterializedViewDefinition view, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!view.IsActive || view.NextRefresh > now || view.Strategy == RefreshStrategy.Manual
            || (view.Strategy == RefreshStrategy.Triggered && !await views.HasNewRowsAsync(view, cancellationToken).ConfigureAwait(false)))
        {
            return;
        }

        var interval = TimeSpan.FromMinutes(view.RefreshIntervalMinutes ?? (view.Strategy == RefreshStrategy.Triggered ? 1 : 60));
        if (!await definitions.TryClaimAsync(view.Id, now, now + interval, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var result = await views.RefreshAsync(view.Id, cancellationToken).ConfigureAwait(false);
        if (result.Refresh is { } refresh)
        {
            logger.ViewRefreshed(view.Name, refresh.RowCount, refresh.Duration.TotalMilliseconds);
        }
        else if (result.Outcome == MaterializedViewOutcome.Refused)
        {
            logger.ViewRefused(view.Name, result.Message);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        _lastUpkeep = time.GetTimestamp();

        // Half an interval: the timers of replicas are not in step, and each of them would otherwise do it once.
        var outcome = await upkeep.OptimizeAsync(options.Value.UpkeepInterval / 2, cancellationToken).ConfigureAwait(false);
        if (outcome == DatabaseUpkeepOutcome.Success)
        {
            logger.Kept(time.GetElapsedTime(_lastUpkeep).TotalMilliseconds);
        }
    }

    private async Task TryAsync(string work, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database may be away for a while, and the host serves on without housekeeping.
            logger.WorkFailed(exception, work);
        }
    }
}
