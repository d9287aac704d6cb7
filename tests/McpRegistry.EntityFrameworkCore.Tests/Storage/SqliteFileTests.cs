using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ConnectionString => $"Data Source={_folder.Combine("deep", "registry.db")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Restart_SameFile_KeepsEverything()
    {
        RegisteredServer server = Sample.FullServer(_tenant);
        ApiKey key = Sample.Key(_tenant);
        string report;
        await using (var first = await StartAsync())
        {
            var servers = first.Services.GetRequiredService<IServerStore>();
            server = (await servers.AddAsync(_tenant, server, null, Cancellation)).Value!;
            await servers.SaveDiscoveryAsync(_tenant, server.Id, Sample.Report(Sample.Tool("a", 0), Sample.Tool("b", 1)), Cancellation);
            report = Describe.Report((await servers.FindAsync(_tenant, server.Id, Cancellation))!.Discovery);
            key = (await first.Services.GetRequiredService<IApiKeyStore>().AddAsync(_tenant, key, null, Cancellation)).Value!;
        }

        await using var second = await StartAsync();
        var found = await second.Services.GetRequiredService<IServerStore>().FindAsync(_tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Server(server), Describe.Server(found!.Server));
        Assert.Equal(report, Describe.Report(found.Discovery));
        Assert.Equal(
            Describe.Key(key),
            Describe.Key((await second.Services.GetRequiredService<IApiKeyStore>().FindByLookupIdAsync(key.LookupId, Cancellation))!.Key));
        Assert.Equal(3, await second.Services.GetRequiredService<IRevisionStore>().GetAsync(_tenant, Cancellation));
    }

    [Fact]
    public async Task Open_NewFile_UsesWriteAheadLogAndForeignKeys()
    {
        await using var host = await StartAsync();
        await using var context = await host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);
        await context.Database.OpenConnectionAsync(Cancellation);

        Assert.Equal("wal", await ReadAsync<string>(context, "SELECT journal_mode AS \"Value\" FROM pragma_journal_mode"));
        Assert.Equal(1, await ReadAsync<int>(context, "SELECT foreign_keys AS \"Value\" FROM pragma_foreign_keys"));
        Assert.Equal(900, await ReadAsync<int>(context, "SELECT timeout AS \"Value\" FROM pragma_busy_timeout"));
    }

    [Fact]
    public async Task Read_WhileAWriteIsOpen_SeesTheStateBeforeAndDoesNotWait()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<IServerStore>();
        var server = (await store.AddAsync(_tenant, Sample.Server(_tenant), null, Cancellation)).Value!;
        var written = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var write = host.Services.GetRequiredService<RegistryDatabase>().WriteAsync(
            new RowWrite(_tenant, RegistryChangeKind.Server, server.Id),
            async (context, token) =>
            {
                await context.Servers.ExecuteUpdateAsync(set => set.SetProperty(x => x.Description, "later"), token);
                written.SetResult();
                await release.Task.WaitAsync(token);
                return StoreResult<int>.Success(1);
            },
            Cancellation).AsTask();
        await written.Task.WaitAsync(Cancellation);

        var during = await store.FindAsync(_tenant, server.Id, Cancellation);
        var listed = await store.ListAsync(_tenant, null, 10, Cancellation);
        release.SetResult();
        await write;

        Assert.Null(during!.Server.Description);
        Assert.Null(Assert.Single(listed).Server.Description);
        Assert.Equal("later", (await store.FindAsync(_tenant, server.Id, Cancellation))!.Server.Description);
    }

    [Fact]
    public async Task TwoHosts_OneFile_BothWriteWithoutFailure()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            var store = (i % 2 == 0 ? first : second).Services.GetRequiredService<IApiKeyStore>();
            Assert.True((await store.AddAsync(_tenant, Sample.Key(_tenant), null, Cancellation)).Succeeded);
        })));

        Assert.Equal(60, await first.Services.GetRequiredService<IRevisionStore>().GetAsync(_tenant, Cancellation));
    }

    [Fact]
    public async Task SaveDiscovery_OneItemChanged_WritesThatRowOnlyAndNoQueryNeedsJsonFunctions()
    {
        using var log = new CommandLog();
        await using var host = await StartAsync(log);
        var store = host.Services.GetRequiredService<IServerStore>();
        var server = (await store.AddAsync(_tenant, Sample.Server(_tenant), null, Cancellation)).Value!;
        var report = Sample.Report([.. Enumerable.Range(0, 20).Select(i => Sample.Tool($"tool{i}", i))]);
        await store.SaveDiscoveryAsync(_tenant, server.Id, report, Cancellation);
        log.Commands.Clear();

        await store.SaveDiscoveryAsync(
            _tenant, server.Id, report with { Items = report.Items.SetItem(7, Sample.Tool("tool7", 7, "{\"changed\":true}")) }, Cancellation);
        await store.FindAsync(_tenant, server.Id, Cancellation);
        await store.FindByAliasAsync(_tenant, server.Alias, Cancellation);
        await store.ListAsync(_tenant, "a", 10, Cancellation);

        Assert.Single(log.Commands, command => command.Contains("UPDATE \"server_tools\"", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Commands, command => command.Contains("INSERT INTO \"server_tools\"", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Commands, command => command.Contains("json_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared")]
    [InlineData("Foreign Keys=True")]
    public void UseSqlite_NoFile_ThrowsAndNamesTheWayOut(string connectionString)
    {
        var builder = new TestHost.Builder(new ServiceCollection());

        var exception = Assert.Throws<ArgumentException>(() => builder.UseSqlite(connectionString));

        Assert.Contains("UseInMemory()", exception.Message, StringComparison.Ordinal);
    }

    private static Task<T> ReadAsync<T>(RegistryDbContext context, string sql) =>
        context.Database.SqlQueryRaw<T>(sql).SingleAsync(Cancellation);

    private Task<TestHost> StartAsync(ILoggerProvider? log = null) => TestHost.StartAsync(builder =>
    {
        if (log is not null)
        {
            builder.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        }

        builder.UseSqlite(ConnectionString);
    });
}
