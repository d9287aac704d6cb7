using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>A row that a database can never keep is told from a database that is away: writers try the second again only.</summary>
public sealed class DataFaultTests(SqliteStorage sqlite, PostgreSqlStorage postgreSql) : IClassFixture<SqliteStorage>, IClassFixture<PostgreSqlStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Append_RowThatCanNeverBeKept_IsAnArgumentExceptionAndTheBatchIsNotWritten(bool isPostgreSql)
    {
        var services = Services(isPostgreSql);
        var tenant = new TenantId(Guid.CreateVersion7());
        var good = Sample.AuditEvent(tenant);

        await Assert.ThrowsAsync<ArgumentException>(async () => await services.GetRequiredService<IAuditStore>().AppendAsync(
            [good, Sample.AuditEvent(tenant) with { Action = null! }], Cancellation));

        Assert.Empty(await services.GetRequiredService<IAuditStore>().SearchAsync(tenant, new AuditQuery(), Cancellation));
    }

    [Fact]
    public async Task Add_CountBeyondTheColumn_IsAnArgumentException()
    {
        var services = postgreSql.Services;
        var tenant = new TenantId(Guid.CreateVersion7());
        var key = (await services.GetRequiredService<IApiKeyStore>().AddAsync(tenant, Sample.Key(tenant), null, Cancellation)).Value!;
        var usage = services.GetRequiredService<IUsageStore>();
        var most = new UsageDelta { Subject = UsageSubject.ApiKey, Tenant = tenant, Id = key.Id, Calls = long.MaxValue };
        await usage.AddAsync([most], Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(async () => await usage.AddAsync([most], Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IsDataFault_OtherFailures_AreNone(bool isPostgreSql)
    {
        var errors = Services(isPostgreSql).GetRequiredService<RegistryDatabase>().Provider.Errors;

        Assert.False(errors.IsDataFault(new InvalidOperationException("The store is down.")));
        Assert.False(errors.IsDataFault(new Npgsql.PostgresException("", "", "", "57P01")));
        Assert.False(errors.IsDataFault(new Npgsql.PostgresException("", "", "", "23505")));
        Assert.False(errors.IsDataFault(new Microsoft.Data.Sqlite.SqliteException("", 5)));
        Assert.False(errors.IsDataFault(new Microsoft.Data.Sqlite.SqliteException("", 19, 2067)));
    }

    private IServiceProvider Services(bool isPostgreSql) => isPostgreSql ? postgreSql.Services : sqlite.Services;
}
