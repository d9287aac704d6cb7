using System.Globalization;
using McpRegistry.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpRegistry.AspNetCore.Storage;

/// <summary>Passes on what the store tells of itself.</summary>
internal sealed class StorageHealthCheck(IStorageHealth storage) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = await storage.CheckAsync(cancellationToken).ConfigureAwait(false);
        var data = Describe(health);
        return health switch
        {
            { Reachable: false } => new HealthCheckResult(
                context.Registration.FailureStatus, $"The store cannot be used: {health.Detail}", data: data),
            { PendingMigrations: > 0 } => HealthCheckResult.Degraded(
                $"{health.PendingMigrations.ToString(CultureInfo.InvariantCulture)} migrations are not applied yet.", data: data),
            _ => HealthCheckResult.Healthy("The store answers.", data),
        };
    }

    private static Dictionary<string, object> Describe(StorageHealth health)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["latency"] = health.Latency,
            ["pending_migrations"] = health.PendingMigrations,
        };
        foreach (var pool in health.Pools)
        {
            data[$"pool.{pool.Name}"] = pool;
        }

        return data;
    }
}
