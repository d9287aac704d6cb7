using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Analytics;

/// <summary>What needs a clock that stands still.</summary>
public sealed class InMemoryAnalyticsTests
{
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    [Fact]
    public async Task GetRequestPerformance_OnTheEdges_LeavesOutTheFirstMomentAndTakesTheLast()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var time = new ManualTimeProvider();
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.UseInMemory();
        });
        TimeSpan[] ages = [TimeSpan.FromHours(24), TimeSpan.FromHours(24) - Microsecond, TimeSpan.Zero, -Microsecond];
        await host.Services.GetRequiredService<IRequestLogStore>().AppendAsync(
            [.. ages.Select((age, i) => Sample.Request(TenantId.Global) with { RequestTime = time.GetUtcNow() - age, DurationMs = i + 1 })],
            cancellation);

        var summary = await host.Services.GetRequiredService<IRegistryAnalytics>().GetRequestPerformanceAsync(TenantId.Global, 24, cancellation);

        Assert.Equal((2L, 2.5m), (summary.TotalRequests, summary.AverageDurationMs));
    }
}
