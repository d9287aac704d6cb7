using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Replicas;

/// <summary>A second process on one file, as far as the file can tell; the poll is how it is noticed.</summary>
public sealed class SqliteReplicaTests : ReplicaTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(UpstreamEra.Modern)]
    [InlineData(UpstreamEra.Legacy)]
    public async Task Echo_OfOwnWrites_NeitherConnectsNorDiscoversAgainNorPublishes(UpstreamEra era)
    {
        await using var upstream = await ScriptedUpstream.StartAsync(
            era == UpstreamEra.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy, Cancellation);
        upstream.On("tools/list", ListAnswers.Page("tools", """[{"name":"a","inputSchema":{}}]"""));
        await using var replica = await StartAsync();
        var registered = await replica.Registrar.RegisterAsync(
            Tenant, new ServerDefinition { Name = "upstream", Url = upstream.Url.ToString() }, AuditActor.System, Cancellation);
        var id = registered.Server!.Id;
        await replica.WaitUntilAsync(r => r.Snapshot.Servers[id].Report is not null, Cancellation);
        await replica.CatchUpAsync(Cancellation);
        var connected = replica.Snapshot.Servers[id].Connections;
        var requests = upstream.Requests.All.Count(request => request.Method != "subscriptions/listen" && request.Method is not null);

        await replica.Registrar.UpdateAsync(
            Tenant, id, new ServerDefinition { Name = "upstream", Url = upstream.Url.ToString(), Description = "new" }, null, AuditActor.System, Cancellation);
        var generation = replica.Snapshot.Generation;
        await replica.CatchUpAsync(Cancellation);
        await replica.Services.GetRequiredService<McpRegistry.Supervision.ServerSupervisor>().FollowAsync(Tenant, id, Cancellation);

        Assert.Equal("new", replica.Snapshot.Servers[id].Server.Description);
        Assert.Equal(generation, replica.Snapshot.Generation);
        Assert.Same(connected, replica.Snapshot.Servers[id].Connections);
        Assert.Single(upstream.Requests.Of("tools/list"));
        Assert.Equal(requests, upstream.Requests.All.Count(request => request.Method != "subscriptions/listen" && request.Method is not null));
    }

    private protected override Task<Replica> StartAsync(Func<Task>? beforeFollowing = null) => Replica.StartAsync(
        builder => builder.UseSqlite(
            $"Data Source={_folder.Combine("registry.db")}", options => options.ChangePollInterval = TimeSpan.FromMilliseconds(200)),
        beforeFollowing);
}
