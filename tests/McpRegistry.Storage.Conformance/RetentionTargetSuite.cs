using McpRegistry.Analytics;
using McpRegistry.Maintenance;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRetentionTarget"/> promises. A store that offers no table passes what asks for one.</summary>
public abstract class RetentionTargetSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const string Logs = "request_logs";

    private static DateTimeOffset Limit => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private IRetentionTarget Target => Get<IRetentionTarget>();

    [Fact]
    public void Tables_Offered_AreNamedOnceAndCanBeChosenByAge()
    {
        Assert.Equal(Target.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal), Target.Tables.Select(table => table.Name));
        Assert.All(Target.Tables, table => Assert.NotEmpty(table.DateColumns));
        Assert.All(Target.Tables, table => Assert.Equal(table.ConditionColumns.Length, table.ConditionColumns.DistinctBy(column => column.Name).Count()));
    }

    [Theory]
    [InlineData("mcp_servers", "created_at")]
    [InlineData("request_logs; DELETE FROM mcp_servers; --", "request_time")]
    [InlineData("REQUEST_LOGS", "request_time")]
    [InlineData(Logs, "id")]
    [InlineData(Logs, "request_time < now() OR 1=1 --")]
    [InlineData("", "")]
    public async Task AnyMethod_NameThatIsNotOffered_Throws(string table, string column)
    {
        var selection = new RetentionSelection { Table = table, DateColumn = column, Before = Limit, Conditions = [] };

        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.CountAsync(selection, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.DeleteAsync(selection, 10, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_ConditionThatIsNotOffered_Throws()
    {
        var selection = Old(new RetentionCondition("path", "/mcp"));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.CountAsync(selection, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.DeleteAsync(selection, 10, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_EveryTableByEveryAge_Works()
    {
        foreach (var selection in Target.Tables.SelectMany(table => table.DateColumns.Select(column => new RetentionSelection
        {
            Table = table.Name, DateColumn = column, Before = DateTimeOffset.UnixEpoch, Conditions = [],
        })))
        {
            Assert.Equal(0, await Target.CountAsync(selection, Cancellation));
            Assert.Equal(0, await Target.DeleteAsync(selection, 10, Cancellation));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Target.CountAsync(selection, Cancelled));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Target.DeleteAsync(selection, 10, Cancelled));
        }
    }

    [Fact]
    public async Task Delete_OldRowsOfATenant_GoUpToTheLimitAndNoOthersDo()
    {
        if (!Target.Tables.Any(table => table.Name == Logs))
        {
            return;
        }

        await AddAsync(Tenant, Limit.AddDays(-1), Limit.AddDays(-2), Limit.AddTicks(-10), Limit, Limit.AddDays(1));
        await AddAsync(OtherTenant, Limit.AddDays(-1));
        var revision = await Revisions.GetAsync(Cancellation);
        var old = Old(new RetentionCondition("tenant_id", Tenant.Value));

        Assert.Equal(3, await Target.CountAsync(old, Cancellation));
        Assert.Equal(2, await Target.DeleteAsync(old, 2, Cancellation));
        Assert.Equal(1, await Target.CountAsync(old, Cancellation));
        Assert.Equal(1, await Target.DeleteAsync(old, 2, Cancellation));
        Assert.Equal(0, await Target.DeleteAsync(old, 2, Cancellation));

        Assert.Equal(2, await Target.CountAsync(old with { Before = Limit.AddYears(1) }, Cancellation));
        Assert.Equal(1, await Target.CountAsync(Old(new RetentionCondition("tenant_id", OtherTenant.Value)), Cancellation));
        Assert.Equal(revision, await Revisions.GetAsync(Cancellation));
    }

    private static RetentionSelection Old(params RetentionCondition[] conditions) =>
        new() { Table = Logs, DateColumn = "request_time", Before = Limit, Conditions = [.. conditions] };

    private async Task AddAsync(TenantId tenant, params DateTimeOffset[] times) => await Get<IRequestLogStore>().AppendAsync(
        [.. times.Select(time => new RequestLogEntry { Id = Guid.CreateVersion7(), Tenant = tenant, Method = "POST", Path = "/mcp", RequestTime = time })],
        Cancellation);
}
