using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class ChangePrunerTests(PostgreSqlServer server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ChangesAreOlderThanTheRetention_DropsThem(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);
        await WriteAsync(host, 3);
        _clock.Advance(TimeSpan.FromMinutes(50));
        await WriteAsync(host, 2);
        Assert.Equal([1, 2, 3, 4, 5], await ReadAsync(host));

        _clock.Advance(TimeSpan.FromMinutes(11));
        await WriteAsync(host, 1);

        Assert.Equal([4, 5, 6], await ReadAsync(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_MoreChangesThanTheCapacity_DropsTheOldest(bool postgreSql)
    {
        await using var host = await StartAsync(postgreSql);

        await WriteAsync(host, 240);

        var kept = await ReadAsync(host);
        Assert.InRange(kept.Count, 100, 110);
        Assert.Equal(Enumerable.Range(241 - kept.Count, kept.Count).Select(i => (long)i), kept);
    }

    [Fact]
    public async Task Write_ClocksOfReplicasDiffer_LeavesNoGap()
    {
        await using var host = await StartAsync(postgreSql: false);
        await WriteAsync(host, 3);
        await using (var context = await OpenAsync(host))
        {
            await context.Changes.Where(x => x.Revision == 2).ExecuteUpdateAsync(
                set => set.SetProperty(x => x.OccurredAt, _clock.GetUtcNow() + TimeSpan.FromMinutes(30)), Cancellation);
        }

        _clock.Advance(TimeSpan.FromMinutes(61));
        await WriteAsync(host, 1);

        Assert.Equal([2, 3, 4], await ReadAsync(host));
    }

    [Fact]
    public async Task Watch_ARowInTheMiddleIsGone_SaysReset()
    {
        await using var host = await StartAsync(postgreSql: false);
        await WriteAsync(host, 4);
        await using (var context = await OpenAsync(host))
        {
            await context.Changes.Where(x => x.Revision == 3).ExecuteDeleteAsync(Cancellation);
        }

        var changes = new List<(RegistryChangeKind, long)>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        await foreach (var change in host.Services.GetRequiredService<IRegistryChangeFeed>().WatchAsync(1, limit.Token))
        {
            changes.Add((change.Kind, change.Revision));
            if (changes.Count == 3)
            {
                break;
            }
        }

        Assert.Equal([(RegistryChangeKind.ApiKey, 2), (RegistryChangeKind.Reset, 3), (RegistryChangeKind.ApiKey, 4)], changes);
    }

    private static async Task WriteAsync(TestHost host, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = Sample.Key(TenantId.Global);
            Assert.True((await host.Services.GetRequiredService<IApiKeyStore>().AddAsync(TenantId.Global, key, null, Cancellation)).Succeeded);
        }
    }

    private static async Task<List<long>> ReadAsync(TestHost host)
    {
        await using var context = await OpenAsync(host);
        return await context.Changes.OrderBy(x => x.Revision).Select(x => x.Revision).ToListAsync(Cancellation);
    }

    private static Task<RegistryDbContext> OpenAsync(TestHost host) =>
        host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private async Task<TestHost> StartAsync(bool postgreSql)
    {
        var connectionString = postgreSql ? await server.NewDatabaseAsync() : $"Data Source={_folder.Combine("registry.db")}";
        return await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            _ = postgreSql
                ? builder.UsePostgreSql(connectionString, options => options.ChangeCapacity = 100)
                : builder.UseSqlite(connectionString, options => options.ChangeCapacity = 100);
        });
    }
}
