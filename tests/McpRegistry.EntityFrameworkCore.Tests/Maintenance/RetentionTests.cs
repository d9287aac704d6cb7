using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.Storage.Conformance;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Maintenance;

public sealed class RetentionTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OldRows_GoInBatchesAndTheRestStays(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        await host.AddRequestsAsync(25, TimeSpan.FromDays(31));
        await host.AddRequestsAsync(3, TimeSpan.FromDays(29));
        var policy = await host.AddPolicyAsync(Sample.Policy() with { BatchSize = 10 });
        host.Commands.Commands.Clear();

        var run = await host.Retention.RunAsync(policy.Id, Cancellation);

        Assert.Equal((RetentionOutcome.Success, 25), (run.Outcome, run.Rows));
        Assert.Equal(host.Clock.GetUtcNow().AddDays(-30), run.Before);
        Assert.Equal(3, await host.CountRequestsAsync());
        Assert.Equal(3, host.Commands.Commands.Count(command => command.Contains("DELETE FROM", StringComparison.Ordinal)));
        var found = (await host.Policies.FindAsync(policy.Id, Cancellation))!;
        Assert.Equal((25, 25, host.Clock.GetUtcNow()), (found.LastDeletedCount, found.TotalDeleted, found.LastRun));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_RowExactlyAtTheLimit_Stays(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        await host.AddRequestsAsync(1, TimeSpan.FromDays(30));
        await host.AddRequestsAsync(1, TimeSpan.FromDays(30) + TimeSpan.FromMicroseconds(1));
        var policy = await host.AddPolicyAsync(Sample.Policy());

        Assert.Equal(1, (await host.Retention.RunAsync(policy.Id, Cancellation)).Rows);
        Assert.Equal(1, await host.CountRequestsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_Conditions_SpareTheOtherRows(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        var tenant = Guid.CreateVersion7();
        await host.AddRequestsAsync(4, TimeSpan.FromDays(31), status: 500, tenant: tenant);
        await host.AddRequestsAsync(2, TimeSpan.FromDays(31), status: 200, tenant: tenant);
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31), status: 500);
        var policy = await host.AddPolicyAsync(
            Sample.Policy() with { Conditions = $$"""{"status_code": 500, "method": "POST", "tenant_id": "{{tenant}}"}""" });

        Assert.Equal(4, (await host.Retention.PreviewAsync(policy, Cancellation)).Rows);
        Assert.Equal(7, await host.CountRequestsAsync());
        Assert.Equal(4, (await host.Retention.RunAsync(policy.Id, Cancellation)).Rows);
        Assert.Equal(3, await host.CountRequestsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_EveryTable_PreviewAndRunAgree(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        foreach (var table in host.Get<IRetentionTarget>().Tables)
        {
            var values = table.ConditionColumns.Select(column => (column.Name, Value: column switch
            {
                { Values.Length: > 0 } => $"\"{column.Values[0]}\"",
                { Kind: RetentionValueKind.Boolean } => "true",
                { Kind: RetentionValueKind.Integer } => "200",
                _ => $"\"{Guid.Empty}\"",
            }));
            var policy = await host.AddPolicyAsync(Sample.Policy() with
            {
                Table = table.Name,
                DateColumn = table.DateColumns[0],
                Conditions = $"{{{string.Join(',', values.Select(value => $"\"{value.Name}\":{value.Value}"))}}}",
            });

            Assert.Equal(RetentionOutcome.Success, (await host.Retention.PreviewAsync(policy, Cancellation)).Outcome);
            Assert.Equal(RetentionOutcome.Success, (await host.Retention.RunAsync(policy.Id, Cancellation)).Outcome);
        }
    }

    [Fact]
    public async Task Tables_OfTheTarget_AreThoseOfTheModel()
    {
        await using var host = await StartAsync(postgreSql: false);
        await using var context = await host.OpenAsync();
        var columns = context.Model.GetEntityTypes().ToDictionary(
            entity => entity.GetTableName()!, entity => entity.GetProperties().Select(property => property.GetColumnName()).ToHashSet());

        Assert.Equal(
            ["audit_events", "gateway_sessions", "request_logs", "server_health_checks", "server_metrics"],
            PrunableTables.Names.Order(StringComparer.Ordinal));
        Assert.Equal(PrunableTables.Names, host.Get<IRetentionTarget>().Tables.Select(table => table.Name));
        foreach (var table in host.Get<IRetentionTarget>().Tables)
        {
            Assert.Empty(table.DateColumns.Concat(table.ConditionColumns.Select(column => column.Name)).Except(columns[table.Name]));
        }
    }

    [Theory]
    [InlineData("mcp_servers", "created_at", "{}", "table")]
    [InlineData("registry_changes", "occurred_at", "{}", "table")]
    [InlineData("request_logs; DROP TABLE api_keys", "request_time", "{}", "table")]
    [InlineData("REQUEST_LOGS", "request_time", "{}", "table")]
    [InlineData("request_logs", "request_time OR 1=1", "{}", "dateColumn")]
    [InlineData("request_logs", "request_time", """{"path' OR '1'='1": "x"}""", "conditions")]
    [InlineData("request_logs", "request_time", """{"status_code": "500 OR 1=1"}""", "conditions.status_code")]
    [InlineData("request_logs", "request_time", """{"status_code": 5000000000}""", "conditions.status_code")]
    [InlineData("request_logs", "request_time", """{"tenant_id": "all"}""", "conditions.tenant_id")]
    [InlineData("request_logs", "request_time", """["method"]""", "conditions")]
    [InlineData("server_health_checks", "checked_at", """{"outcome": "fine"}""", "conditions.outcome")]
    public async Task Run_NameOrValueThatIsNotAllowed_IsRefusedAndDeletesNothing(string table, string column, string conditions, string path)
    {
        await using var host = await StartAsync(postgreSql: false);
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy() with
        {
            Table = table,
            DateColumn = column,
            Conditions = conditions,
        });

        var preview = await host.Retention.PreviewAsync(policy, Cancellation);

        Assert.Equal((RetentionOutcome.Refused, path), (preview.Outcome, Assert.Single(preview.Faults).Path));
        Assert.Equal(RetentionOutcome.Refused, (await host.Retention.RunAsync(policy.Id, Cancellation)).Outcome);
        Assert.Equal(1, await host.CountRequestsAsync());
        Assert.Null((await host.Policies.FindAsync(policy.Id, Cancellation))!.LastRun);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"method": "\ud83d"}""")]
    [InlineData("""{"method": null}""")]
    public async Task Preview_ConditionsThatNoStoreTakes_AreRefused(string conditions)
    {
        await using var host = await StartAsync(postgreSql: false);

        var preview = await host.Retention.PreviewAsync(
            Sample.Policy() with { Conditions = conditions, RetentionDays = 0, BatchSize = 0 }, Cancellation);

        Assert.Equal((RetentionOutcome.Refused, 3), (preview.Outcome, preview.Faults.Length));
    }

    [Theory]
    [InlineData("api_keys", "request_time", "method")]
    [InlineData("request_logs", "created_at", "method")]
    [InlineData("request_logs", "request_time", "path")]
    public async Task Delete_SelectionWithANameThatIsNotOnTheList_Throws(string table, string column, string condition)
    {
        await using var host = await StartAsync(postgreSql: false);
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31));
        var selection = new RetentionSelection
        {
            Table = table,
            DateColumn = column,
            Before = host.Clock.GetUtcNow(),
            Conditions = [new RetentionCondition(condition, "POST")],
        };

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await host.Get<IRetentionTarget>().DeleteAsync(selection, 10, Cancellation));

        Assert.Equal(1, await host.CountRequestsAsync());
    }

    [Fact]
    public async Task Run_ValueWithSql_IsOnlyAValue()
    {
        await using var host = await StartAsync(postgreSql: true);
        await host.AddRequestsAsync(1, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy() with { Conditions = """{"method": "x' OR '1'='1"}""" });

        Assert.Equal(0, (await host.Retention.RunAsync(policy.Id, Cancellation)).Rows);
        Assert.Equal(1, await host.CountRequestsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_CancelledBetweenBatches_CountsWhatWent(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        await host.AddRequestsAsync(30, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy() with { BatchSize = 10 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var batches = 0;
        host.Commands.AfterCommand = command =>
        {
            if (command.Contains("DELETE FROM", StringComparison.Ordinal) && ++batches == 2)
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await host.Retention.RunAsync(policy.Id, stop.Token));

        Assert.Equal(10, await host.CountRequestsAsync());
        Assert.Equal(20, (await host.Policies.FindAsync(policy.Id, Cancellation))!.TotalDeleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_BatchFails_CountsWhatWent(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        await host.AddRequestsAsync(30, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy() with { BatchSize = 10 });
        var batches = 0;
        host.Commands.AfterCommand = command =>
        {
            if (command.Contains("DELETE FROM", StringComparison.Ordinal) && ++batches == 2)
            {
                throw new TimeoutException("The disk is full.");
            }
        };

        await Assert.ThrowsAnyAsync<Exception>(async () => await host.Retention.RunAsync(policy.Id, Cancellation));

        Assert.Equal(20, await host.CountRequestsAsync());
        Assert.Equal(10, (await host.Policies.FindAsync(policy.Id, Cancellation))!.TotalDeleted);
    }

    [Fact]
    public async Task Run_OtherWriterOfSqlite_GetsInBetweenTwoBatches()
    {
        await using var host = await StartAsync(postgreSql: false);
        await host.AddRequestsAsync(30, TimeSpan.FromDays(31));
        var policy = await host.AddPolicyAsync(Sample.Policy() with { BatchSize = 10 });
        Task<RetentionPolicy>? write = null;
        host.Commands.AfterCommand = command =>
        {
            if (command.Contains("DELETE FROM", StringComparison.Ordinal))
            {
                write ??= host.AddPolicyAsync(Sample.Policy());
            }
        };
        host.Commands.Commands.Clear();

        Assert.Equal(30, (await host.Retention.RunAsync(policy.Id, Cancellation)).Rows);

        await write!;
        var commands = host.Commands.Commands.ToList();
        var inserted = commands.FindIndex(command => command.Contains("INSERT INTO \"data_retention_policies\"", StringComparison.Ordinal));
        Assert.InRange(inserted, 0, commands.FindLastIndex(command => command.Contains("DELETE FROM \"request_logs\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_UnknownPolicy_IsNotFound()
    {
        await using var host = await StartAsync(postgreSql: false);

        Assert.Equal(RetentionOutcome.NotFound, (await host.Retention.RunAsync(Guid.CreateVersion7(), Cancellation)).Outcome);
    }

    private Task<MaintenanceHost> StartAsync(bool postgreSql) => MaintenanceHost.StartAsync(postgreSql, server, _folder);
}
