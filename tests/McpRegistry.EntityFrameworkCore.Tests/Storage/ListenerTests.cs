using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>What the feed does when notifications get lost, on PostgreSQL.</summary>
public sealed class ListenerTests(PostgreSqlServer server)
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ListenerIsCutInTheMiddleOfWrites_MissesAndRepeatsNothing()
    {
        const int Writers = 10;
        const int Each = 40;
        var connectionString = await server.NewDatabaseAsync();
        await using var writer = await StartAsync(connectionString, Never);
        await using var reader = await StartAsync(connectionString, Never);
        var watching = WatchAsync(reader, Writers * Each);
        await PostgreSqlListeners.CutAsync(connectionString, 1, Cancellation);

        var cuts = 0;
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var cutting = Task.Run(async () =>
        {
            while (!writing.IsCancellationRequested)
            {
                await PostgreSqlListeners.CutAsync(connectionString, 1, writing.Token);
                cuts++;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => AddKeysAsync(writer, Each))));

        var changes = await watching.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await writing.CancelAsync();
        await cutting.ContinueWith(_ => { }, TaskScheduler.Default);

        TestContext.Current.TestOutputHelper?.WriteLine($"{changes.Count} changes complete in spite of {cuts} cuts");
        Assert.Equal(Enumerable.Range(1, Writers * Each).Select(i => (long)i), changes.Select(change => change.Revision));
        Assert.DoesNotContain(changes, change => change.Kind == RegistryChangeKind.Reset);
    }

    [Fact]
    public async Task Watch_NobodyNotifies_ThePollFindsTheWrite()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var writer = await StartAsync(connectionString, Never);
        await using var reader = await StartAsync(connectionString, TimeSpan.FromMilliseconds(100));
        var watching = WatchAsync(reader, 1);

        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO registry_revisions VALUES ('00000000-0000-0000-0000-000000000000', 'all', 1);
            INSERT INTO registry_changes VALUES (1, '00000000-0000-0000-0000-000000000000', 'of_a_newer_version', '00000000-0000-0000-0000-000000000001', 'merged', now());
            """,
            connection);
        await command.ExecuteNonQueryAsync(Cancellation);

        var change = Assert.Single(await watching.WaitAsync(TimeSpan.FromMinutes(2), Cancellation));
        Assert.Equal((1, RegistryChangeKind.Other, RegistryChangeOperation.Saved), (change.Revision, change.Kind, change.Operation));
    }

    [Fact]
    public async Task Watch_WriteOfAnotherHost_ArrivesByNotificationAlone()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var writer = await StartAsync(connectionString, Never);
        await using var reader = await StartAsync(connectionString, Never);
        var watching = WatchAsync(reader, 2);
        await AddKeysAsync(writer, 1);
        await PostgreSqlListeners.WaitAsync(connectionString, 1, Cancellation);

        await AddKeysAsync(writer, 1);

        Assert.Equal(2, (await watching.WaitAsync(TimeSpan.FromMinutes(2), Cancellation)).Count);
    }

    [Fact]
    public async Task Watch_Ended_LeavesNoConnectionListening()
    {
        var connectionString = await server.NewDatabaseAsync();
        await using var host = await StartAsync(connectionString, Never);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = WatchAsync(host, 1, source.Token);
        await PostgreSqlListeners.WaitAsync(connectionString, 1, Cancellation);

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

        await PostgreSqlListeners.WaitUntilNoneAsync(connectionString, Cancellation);
    }

    private static Task<TestHost> StartAsync(string connectionString, TimeSpan poll) =>
        TestHost.StartAsync(builder => builder.UsePostgreSql(connectionString, options => options.ChangePollInterval = poll));

    private static Task<List<RegistryChange>> WatchAsync(TestHost host, int count) => WatchAsync(host, count, Cancellation);

    private static Task<List<RegistryChange>> WatchAsync(TestHost host, int count, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var changes = new List<RegistryChange>();
            await foreach (var change in host.Services.GetRequiredService<IRegistryChangeFeed>().WatchAsync(0, cancellationToken))
            {
                changes.Add(change);
                if (changes.Count == count)
                {
                    break;
                }
            }

            return changes;
        },
        cancellationToken);

    private async Task AddKeysAsync(TestHost host, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var added = await host.Services.GetRequiredService<IApiKeyStore>().AddAsync(_tenant, Sample.Key(_tenant), null, Cancellation);
            Assert.True(added.Succeeded);
        }
    }
}
