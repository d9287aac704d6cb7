using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Writes measured values of servers, in memory or to a database.</summary>
internal static class MeasuredServers
{
    public static async Task SetAsync(IServiceProvider services, TenantId tenant, Guid id, ServerStatistics statistics)
    {
        if (services.GetService<InMemoryDatabase>() is { } memory)
        {
            lock (memory.Gate)
            {
                services.GetRequiredService<InMemoryServerTable>().Measure(id, statistics);
            }

            return;
        }

        var database = services.GetRequiredService<RegistryDatabase>();
        await using var context = await database.OpenWriteAsync(CancellationToken.None);
        using var turn = await database.Provider.EnterWriteAsync(CancellationToken.None);
        await context.Servers.Where(x => x.TenantId == tenant.Value && x.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(x => x.AvgResponseTime, statistics.AverageResponseTime)
            .SetProperty(x => x.ResponseOrder, statistics.AverageResponseTime ?? ServerOrder.Unmeasured)
            .SetProperty(x => x.SuccessRate, statistics.SuccessRate)
            .SetProperty(x => x.ActiveConnections, statistics.ActiveConnections)
            .SetProperty(x => x.RequestCount, statistics.RequestCount)
            .SetProperty(x => x.ErrorCount, statistics.ErrorCount)
            .SetProperty(x => x.LastUsedAt, statistics.LastUsedAt));
    }
}
