using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>
/// The server of files learns from its client's roots which folders it may use. It asks when its session opens and when they change, and
/// names no call: its answers do not wait for it.
/// </summary>
[Collection(NodeCollection.Name)]
public sealed class RootsTests : BridgingTest
{
    private const string List = "\"name\":\"files__list_allowed_directories\",\"arguments\":{}";
    private int _questions;

    private protected override GatewaySetup Setup => new()
    {
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Servers:files:Command"] = "node",
            ["Servers:files:Arguments:0"] = NodeServers.FileSystem,
        },
    };

    [Fact]
    public async Task Roots_LegacyClientWithoutAStream_AreKnownToLaterCalls()
    {
        var (first, second) = (Own(new Folder()), Own(new Folder()));
        await Gateway.Registry.WaitAsync("files", "healthy", Cancellation);
        var client = await ClientAsync(Era.Legacy);
        await WaitAsync(async () => (await ListAsync(client, first)).Contains(first.Path, StringComparison.Ordinal), "the folder is known");
        Assert.Equal(1, _questions);

        await client.NotifyAsync("notifications/roots/list_changed", "{}", Cancellation);
        await WaitAsync(async () => (await ListAsync(client, second)).Contains(second.Path, StringComparison.Ordinal), "the other folder is known");
        Assert.Equal(2, _questions);
    }

    [Fact]
    public async Task Roots_StreamOpensWhileTheQuestionWaits_AreAskedForOnIt()
    {
        var (first, second) = (Own(new Folder()), Own(new Folder()));
        await Gateway.Registry.WaitAsync("files", "healthy", Cancellation);
        var client = await ClientAsync(Era.Legacy);
        await WaitAsync(async () => (await ListAsync(client, first)).Contains(first.Path, StringComparison.Ordinal), "the folder is known");

        await client.NotifyAsync("notifications/roots/list_changed", "{}", Cancellation);
        await using var stream = await OpenStream.GetAsync(Gateway.Http, Gateway.Mcp(), client, Cancellation);
        await client.RespondAsync(await stream.FindAsync("roots/list", Cancellation), second.Roots, Cancellation);
        await WaitAsync(async () => (await ListAsync(client, first)).Contains(second.Path, StringComparison.Ordinal), "the other folder is known");
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task Roots_ModernClient_IsAskedBeforeItGetsTheAnswer()
    {
        var folder = Own(new Folder());
        await Gateway.Registry.WaitAsync("files", "healthy", Cancellation);
        var client = await ClientAsync(Era.Modern);
        var asked = await AskedAsync(client, List);
        Assert.Equal("roots/list", asked.GetProperty("inputRequests").GetProperty("r1").GetProperty("method").GetString());
        var answer = await RetryAsync(client, asked, $"\"r1\":{folder.Roots}", List);
        Assert.Equal("complete", answer.Result.GetProperty("resultType").GetString());
        await WaitAsync(
            async () => Text((await client.CallAsync("tools/call", Cancellation, List)).Result).Contains(folder.Path, StringComparison.Ordinal), "the folder is known");
        Assert.Equal(0, Suspended.Count);
    }

    /// <summary>Calls, and answers what it was asked only when it has the result, as a client may that is slow.</summary>
    private async Task<string> ListAsync(RawClient client, Folder folder)
    {
        var questions = new List<JsonElement>();
        using var call = await client.BeginAsync("tools/call", Cancellation, List);
        var message = await call.NextAsync(Cancellation);
        for (; !message.TryGetProperty("result", out _); message = await call.NextAsync(Cancellation))
        {
            Assert.Equal("roots/list", message.GetProperty("method").GetString());
            questions.Add(message);
        }

        Assert.Null(await call.TryNextAsync(Cancellation));
        foreach (var question in questions)
        {
            _questions++;
            await client.RespondAsync(question, folder.Roots, Cancellation);
        }

        return Text(message.GetProperty("result"));
    }

    private static string Text(JsonElement result) => result.GetProperty("content")[0].GetProperty("text").GetString()!;

    private sealed class Folder : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("roots-");

        public string Path => _directory.FullName;

        public string Roots => $$"""{"roots":[{"uri":"{{new Uri(Path).AbsoluteUri}}","name":"root"}]}""";

        public ValueTask DisposeAsync()
        {
            _directory.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
