using McpRegistry.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Replicas;

public sealed class PostgreSqlReplicaTests(PostgreSqlServer server) : ReplicaTests, IAsyncLifetime
{
    private string _connectionString = "";

    public async ValueTask InitializeAsync() => _connectionString = await server.NewDatabaseAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task ServerWrite_RightAfterTheListenersWereCut_ShowsInTheSnapshotOfTheOther()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            await PostgreSqlListeners.CutAsync(_connectionString, 2, Cancellation);
            var added = await AddAsync(writer);
            times.Add(await reader.WaitUntilAsync(replica => replica.Snapshot.Servers.ContainsKey(added.Id), Cancellation));
        }

        Print("server write right after the listeners were cut", times);
        Assert.All(times, time => Assert.True(time < Bound));
        Assert.True(reader.State.Connected);
    }

    // The poll is far away, so that what arrives came by the listener.
    private protected override Task<Replica> StartAsync(Func<Task>? beforeFollowing = null) => Replica.StartAsync(
        builder => builder.UsePostgreSql(_connectionString, options => options.ChangePollInterval = TimeSpan.FromMinutes(10)),
        beforeFollowing);
}
