using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Cancellation, and many callers at once.</content>
public abstract partial class ServerStoreSuite
{
    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await AssertCancelledAsync(async () => await Servers.AddAsync(Tenant, Sample.Server(Tenant), null, Cancelled));
        await AssertCancelledAsync(async () => await Servers.UpdateAsync(Tenant, server, null, Cancelled));
        await AssertCancelledAsync(async () => await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancelled));
        await AssertCancelledAsync(async () => await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(), Cancelled));
        await AssertCancelledAsync(async () => await Servers.FindAsync(Tenant, server.Id, Cancelled));
        await AssertCancelledAsync(async () => await Servers.FindByAliasAsync(Tenant, server.Alias, Cancelled));
        await AssertCancelledAsync(async () => await Servers.ListAsync(Tenant, null, 10, Cancelled));
        await AssertCancelledAsync(async () =>
        {
            await foreach (var stored in Servers.ReadAllAsync(Cancelled))
            {
                Assert.Fail($"Read {stored.Server.Id} in spite of the cancellation.");
            }
        });

        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(server.Id, Assert.Single(await Servers.ListAsync(Tenant, null, 10, Cancellation)).Server.Id);
    }

    [Fact]
    public async Task ReadAll_CancelledWhileReading_Stops()
    {
        await AddServerAsync(Sample.Server(Tenant));
        await AddServerAsync(Sample.Server(Tenant));
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await AssertCancelledAsync(async () =>
        {
            await foreach (var stored in Servers.ReadAllAsync(source.Token))
            {
                Assert.NotNull(stored);
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceedAndAllCount()
    {
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(async () =>
        {
            var server = await AddServerAsync(Sample.Server(Tenant));
            var saved = await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool($"tool{i}", 0)), Cancellation);
            var updated = await Servers.UpdateAsync(Tenant, server with { Description = $"{i}" }, null, Cancellation);
            var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);

            Assert.True(saved.Succeeded);
            Assert.True(updated.Succeeded);
            Assert.Equal($"{i}", found!.Server.Description);
            Assert.Equal($"tool{i}", Assert.Single(found.Discovery!.Items).Key);
        })));

        Assert.Equal(before + 75, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(25, (await Servers.ListAsync(Tenant, null, 1000, Cancellation)).Count);
    }

    [Fact]
    public async Task ReadWhileWriting_SeesWholeServersOnly()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Round(0), Cancellation);

        var writer = Task.Run(async () =>
        {
            for (var round = 1; round <= 20; round++)
            {
                await Servers.SaveDiscoveryAsync(Tenant, server.Id, Round(round), Cancellation);
            }
        });
        do
        {
            var report = (await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Discovery!;
            Assert.Equal(5, report.Items.Length);
            Assert.All(report.Items, item => Assert.Equal(report.Instructions, item.Title));
        }
        while (!writer.IsCompleted);
        await writer;

        static Discovery.DiscoveryReport Round(int round) =>
            Sample.Report([.. Enumerable.Range(0, 5).Select(i => Sample.Tool($"{i + (round % 2)}", i) with { Title = $"{round}" })])
                with { Instructions = $"{round}" };
    }

    private static async Task AssertCancelledAsync(Func<Task> operation) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(operation);
}
