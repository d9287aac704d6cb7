using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Storage;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>Servers that announce changes where there are none.</summary>
public sealed class EmptyAnnouncementTests : EndToEndTest
{
    /// <summary>Every replica follows each write, in the feed that tells of revoked keys too.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Announced_NothingNew_IsReadAndNotWritten(Era era)
    {
        var server = Own(await ScriptedServers.StartAsync(era, Cancellation));
        await Gateway.Registry.AddAsync("up", server.Url, Cancellation);
        await server.WaitUntilAsync(static open => open.OpenStreams == 1, "the gateway watches", Cancellation);
        await Gateway.Registry.RefreshAsync("up", Cancellation);
        var revisions = Gateway.Get<IRevisionStore>();
        var before = await revisions.GetAsync(Cancellation);
        for (var i = 0; i < 4; i++)
        {
            var readings = server.Requests.Of("tools/list").Count;
            await server.PushAsync("notifications/tools/list_changed");
            await server.WaitUntilAsync(open => open.Requests.Of("tools/list").Count > readings, "the list is read", Cancellation);
        }

        server.On("tools/list", ListAnswers.Page("tools", """[{"name":"fresh","inputSchema":{"type":"object"}}]"""));
        await server.PushAsync("notifications/tools/list_changed");
        await Gateway.Registry.WaitForToolAsync("up", "fresh", Cancellation);

        var after = await revisions.GetAsync(Cancellation);
        var writes = 0;
        await foreach (var change in Gateway.Get<IRegistryChangeFeed>().WatchAsync(before, Cancellation))
        {
            writes += change.Kind == RegistryChangeKind.Catalogue ? 1 : 0;
            if (change.Revision >= after)
            {
                break;
            }
        }

        Assert.Equal(1, writes);
    }
}
