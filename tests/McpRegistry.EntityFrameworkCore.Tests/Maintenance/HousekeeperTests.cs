using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.Storage.Conformance;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Maintenance;

public sealed class HousekeeperTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Defaults_NewStore_AreCreatedOnceAndSpareTheAuditTrail(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var defaults = host.Get<HousekeepingDefaults>();

        await defaults.CreateAsync(Cancellation);
        await defaults.CreateAsync(Cancellation);

        var policies = await host.Policies.ListAsync(Cancellation);
        Assert.Equal(
            ["audit_events 90 False", "server_health_checks 7 True", "gateway_sessions 7 True", "request_logs 30 True", "server_metrics 7 True"],
            policies.Select(policy => $"{policy.Table} {policy.RetentionDays} {policy.IsActive}").OrderBy(
                line => Array.IndexOf(["audit_events", "server_health_checks", "gateway_sessions", "request_logs", "server_metrics"], line.Split(' ')[0])));
        Assert.All(policies, policy => Assert.Empty(host.Retention.Validate(policy)));
        Assert.Equal(
            ["mv_daily_usage_summary", "mv_server_performance_metrics"],
            (await host.Definitions.ListAsync(Cancellation)).Select(view => view.Name));
    }

    [Fact]
    public async Task Defaults_SomePolicyExistsOrSwitchedOff_AddNothing()
    {
        await using var own = await StartAsync(postgreSql: false);
        await own.AddPolicyAsync(Sample.Policy("mine"));
        await own.Get<HousekeepingDefaults>().CreateAsync(Cancellation);
        Assert.Equal("mine", Assert.Single(await own.Policies.ListAsync(Cancellation)).Name);

        await using var off = await StartAsync(postgreSql: true, options => options.CreateDefaultPolicies = options.RegisterShippedViews = false);
        await off.Get<HousekeepingDefaults>().CreateAsync(Cancellation);
        Assert.Empty(await off.Policies.ListAsync(Cancellation));
        Assert.Empty(await off.Definitions.ListAsync(Cancellation));
    }

    [Fact]
    public async Task DueWork_TwoReplicas_RunAPolicyOnceAnInterval()
    {
        var connectionString = await server.NewDatabaseAsync();
        var clock = new ManualTimeProvider();
        await using var first = await MaintenanceHost.StartAsync(builder => builder.UsePostgreSql(connectionString), clock);
        await using var second = await MaintenanceHost.StartAsync(builder => builder.UsePostgreSql(connectionString), clock);
        var policy = await first.AddPolicyAsync(Sample.Policy());
        await first.AddPolicyAsync(Sample.Policy() with { IsActive = false });
        first.Commands.Commands.Clear();
        second.Commands.Commands.Clear();

        await Task.WhenAll(first.Get<DueWork>().RunAsync(Cancellation), second.Get<DueWork>().RunAsync(Cancellation));
        await first.Get<DueWork>().RunAsync(Cancellation);
        Assert.Equal(1, Deletes(first) + Deletes(second));
        Assert.Equal(clock.GetUtcNow().AddHours(1), (await first.Policies.FindAsync(policy.Id, Cancellation))!.NextRun);

        clock.Advance(TimeSpan.FromHours(1));
        await second.Get<DueWork>().RunAsync(Cancellation);
        Assert.Equal(2, Deletes(first) + Deletes(second));
    }

    [Fact]
    public async Task DueWork_OnePieceFails_TheOthersRunAndItIsTriedAgain()
    {
        await using var host = await StartAsync(postgreSql: false);
        var bad = await host.AddPolicyAsync(Sample.Policy("a") with { Table = "server_metrics", DateColumn = "timestamp" });
        var good = await host.AddPolicyAsync(Sample.Policy("b"));
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31));
        await host.ExecuteAsync("ALTER TABLE server_metrics RENAME TO away");

        await host.Get<DueWork>().RunAsync(Cancellation);

        Assert.Equal(0, await host.CountRequestsAsync());
        Assert.Null((await host.Policies.FindAsync(bad.Id, Cancellation))!.LastRun);
        Assert.NotNull((await host.Policies.FindAsync(good.Id, Cancellation))!.LastRun);

        await host.ExecuteAsync("ALTER TABLE away RENAME TO server_metrics");
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.Get<DueWork>().RunAsync(Cancellation);
        Assert.NotNull((await host.Policies.FindAsync(bad.Id, Cancellation))!.LastRun);
    }

    [Fact]
    public async Task DueWork_PoliciesCannotBeRead_TheViewsAreStillRefreshed()
    {
        await using var host = await StartAsync(postgreSql: false);
        var view = await CreateAsync(host, "mv_scheduled", RefreshStrategy.Scheduled, 30);
        await host.ExecuteAsync("ALTER TABLE data_retention_policies RENAME TO away");

        await host.Get<DueWork>().RunAsync(Cancellation);

        Assert.Equal(2, (await host.Definitions.FindAsync(view, Cancellation))!.RefreshCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DueWork_Views_FollowTheirStrategy(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var manual = await CreateAsync(host, "mv_manual", RefreshStrategy.Manual, null);
        var scheduled = await CreateAsync(host, "mv_scheduled", RefreshStrategy.Scheduled, 30);
        var triggered = await CreateAsync(host, "mv_triggered", RefreshStrategy.Triggered, null);
        var missing = await host.AddViewAsync(Sample.View("mv_missing") with { Strategy = RefreshStrategy.Scheduled });
        var work = host.Get<DueWork>();

        await work.RunAsync(Cancellation);
        Assert.Equal("1 2 1 0", await CountsAsync());

        host.Clock.Advance(TimeSpan.FromMinutes(29));
        await work.RunAsync(Cancellation);
        Assert.Equal("1 2 1 0", await CountsAsync());

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await work.RunAsync(Cancellation);
        Assert.Equal("1 3 1 0", await CountsAsync());

        async Task<string> CountsAsync()
        {
            var counts = new List<long>();
            foreach (var id in (Guid[])[manual, scheduled, triggered, missing.Id])
            {
                counts.Add((await host.Definitions.FindAsync(id, Cancellation))!.RefreshCount);
            }

            return string.Join(' ', counts);
        }
    }

    [Fact]
    public async Task DueWork_TriggerTableWasWritten_RefreshesOnce()
    {
        await using var host = await StartAsync(postgreSql: false);
        var id = await CreateAsync(host, "mv_triggered", RefreshStrategy.Triggered, null);
        await host.AddRequestsAsync(1, TimeSpan.Zero);
        var work = host.Get<DueWork>();

        await work.RunAsync(Cancellation);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await work.RunAsync(Cancellation);

        Assert.Equal(2, (await host.Definitions.FindAsync(id, Cancellation))!.RefreshCount);
    }

    [Fact]
    public async Task DueWork_UpkeepInterval_KeepsTheDatabase()
    {
        await using var host = await StartAsync(postgreSql: false);
        var work = host.Get<DueWork>();

        await work.RunAsync(Cancellation);
        Assert.DoesNotContain(host.Commands.Commands, command => command.Contains("ANALYZE", StringComparison.Ordinal));
        host.Clock.Advance(TimeSpan.FromDays(1));
        await work.RunAsync(Cancellation);
        Assert.Contains(host.Commands.Commands, command => command.Contains("ANALYZE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Service_StartAndTick_RunsDueWorkUntilItStops(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var service = host.Get<IEnumerable<IHostedService>>().OfType<Housekeeper>().Single();
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy());
        var runs = new SemaphoreSlim(0);
        host.Commands.AfterCommand = command =>
        {
            if (command.Contains("DELETE FROM", StringComparison.Ordinal) && command.Contains("request_logs", StringComparison.Ordinal))
            {
                runs.Release();
            }
        };

        await service.StartAsync(Cancellation);
        Assert.True(await runs.WaitAsync(TimeSpan.FromMinutes(2), Cancellation));

        // The timer keeps a tick that comes while work runs.
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.True(await runs.WaitAsync(TimeSpan.FromMinutes(2), Cancellation));
        await service.StopAsync(Cancellation);

        var next = (await host.Policies.FindAsync(policy.Id, Cancellation))!.NextRun!.Value;
        Assert.InRange(next, host.Clock.GetUtcNow(), host.Clock.GetUtcNow().AddHours(1));
        await service.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Service_SwitchedOff_DoesNothing()
    {
        await using var host = await StartAsync(postgreSql: false, options => options.Enabled = false);
        var service = host.Get<IEnumerable<IHostedService>>().OfType<Housekeeper>().Single();

        await service.StartAsync(Cancellation);
        await service.StopAsync(Cancellation);

        Assert.Empty(await host.Policies.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Options_OutOfRange_AreRefused()
    {
        await using var host = await StartAsync(postgreSql: false, options => options.CheckInterval = TimeSpan.Zero);

        Assert.Throws<OptionsValidationException>(() => host.Get<IOptions<HousekeepingOptions>>().Value);
    }

    private static int Deletes(MaintenanceHost host) =>
        host.Commands.Commands.Count(command => command.Contains("DELETE FROM request_logs", StringComparison.Ordinal));

    private static async Task<Guid> CreateAsync(MaintenanceHost host, string name, RefreshStrategy strategy, int? minutes)
    {
        var view = await host.AddViewAsync(Sample.View(name) with
        {
            Query = "SELECT count(*) AS n FROM request_logs",
            Strategy = strategy,
            RefreshIntervalMinutes = minutes,
            RefreshTriggers = ["request_logs"],
        });
        Assert.True((await host.Views.CreateAsync(view.Id, Cancellation)).Succeeded);
        return view.Id;
    }

    private Task<MaintenanceHost> StartAsync(bool postgreSql, Action<HousekeepingOptions>? configure = null) =>
        MaintenanceHost.StartAsync(postgreSql, server, _folder, configure);
}
