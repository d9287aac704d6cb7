using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Upstreams;

/// <summary>stdio servers that hang, die, flood or will not end: each is reported, none outlives the host, the good one works.</summary>
[Collection(NodeCollection.Name)]
public sealed class MisbehavingChildTests : EndToEndTest
{
    private readonly string _marker = $"marker-{Guid.CreateVersion7():N}";

    private protected override GatewaySetup Setup => new()
    {
        Settings = new[] { "silent", "exit-on-start", "exit-on-call", "garbage", "flood", "stubborn", "grandchild", "normal" }
            .SelectMany(Server)
            .Append(new("Servers:no-such-program:Command", "no-such-program-anywhere"))
            // All of them start at once; the time is for the one that is silent.
            .Append(new("Upstream:ConnectTimeout", "00:00:15"))
            .Append(new("Upstream:StdioProbeTimeout", "00:00:00.5"))
            .ToDictionary(StringComparer.Ordinal),
    };

    [Fact]
    public async Task Children_OfEveryKind_AreReportedAndLeaveNothingBehind()
    {
        foreach (var alias in new[] { "normal", "garbage", "flood", "stubborn", "grandchild", "exit-on-call" })
        {
            await Gateway.Registry.WaitAsync(alias, "healthy", Cancellation);
        }

        Assert.Equal("process_exited", RegistryClient.Reason(await Gateway.Registry.WaitAsync("exit-on-start", "unhealthy", Cancellation)));
        Assert.Equal("process_exited", RegistryClient.Reason(await Gateway.Registry.WaitAsync("no-such-program", "unhealthy", Cancellation)));
        Assert.Equal("timeout", RegistryClient.Reason(await Gateway.Registry.WaitAsync("silent", "unhealthy", Cancellation)));

        var client = await OpenAsync(Era.Modern);
        foreach (var alias in new[] { "normal", "garbage", "flood", "stubborn" })
        {
            var answer = await client.CallToolAsync($"{alias}__echo", Cancellation, """{"text":"Grüße"}""");
            Assert.Equal("Grüße", answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
        }

        var died = await client.CallToolAsync("exit-on-call__echo", Cancellation);
        Assert.Equal("process_exited", died.Reason);
        Assert.False(died.Error.GetProperty("data").GetProperty("retryable").GetBoolean());
        Assert.Equal("process_exited", (await client.CallToolAsync("exit-on-call__echo", Cancellation)).Reason);
        Assert.True((await client.CallToolAsync("normal__echo", Cancellation)).Result.TryGetProperty("content", out _));

        await Gateway.DisposeAsync();
        await LocalProcesses.WaitForNoneAsync(_marker, Cancellation);
    }

    /// <summary>A stdio server hears of a cancellation by a notification that names the request.</summary>
    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Cancel_CallOfAChild_IsNotifiedWithItsId(Era era)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mcp-e2e-{Guid.CreateVersion7():N}.log");
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup { Settings = Server("recording", file).ToDictionary(StringComparer.Ordinal) });
        await host.Registry.WaitAsync("recording", "healthy", Cancellation);
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), era, Cancellation);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = client.CallToolAsync("recording__hang", hangUp.Token, id: "\"c1\"");
        var request = await RecordedMessages.WaitAsync(file, "tools/call", Cancellation);
        if (era == Era.Modern)
        {
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        else
        {
            await client.NotifyAsync("notifications/cancelled", """{"requestId":"c1"}""", Cancellation);
            await call;
        }

        var notification = await RecordedMessages.WaitAsync(file, "notifications/cancelled", Cancellation);
        Assert.Equal(request.GetProperty("id").GetRawText(), notification.GetProperty("params").GetProperty("requestId").GetRawText());
        File.Delete(file);
    }

    [Fact]
    public async Task ToolsChanged_AnnouncedByAChild_ShowOnTheMergedEndpoint()
    {
        var settings = Server("growing").Append(new("Servers:growing:Isolation", "shared")).ToDictionary(StringComparer.Ordinal);
        await using var host = await GatewayHost.StartAsync(Cancellation, new GatewaySetup { Settings = settings });
        await host.Registry.WaitAsync("growing", "healthy", Cancellation);
        var client = await RawClient.OpenAsync(host.Http, host.Mcp(), Era.Modern, Cancellation);
        Assert.True((await client.CallToolAsync("growing__grow", Cancellation)).Result.TryGetProperty("content", out _));
        await host.Registry.WaitForToolAsync("growing", "echo2", Cancellation);
        var answer = await client.CallToolAsync("growing__echo2", Cancellation, """{"text":"new"}""");
        Assert.Equal("new", answer.Result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    private IEnumerable<KeyValuePair<string, string?>> Server(string mode) => Server(mode, "-");

    private IEnumerable<KeyValuePair<string, string?>> Server(string mode, string file) =>
    [
        new($"Servers:{mode}:Command", "node"),
        new($"Servers:{mode}:Arguments:0", NodeServers.Misbehaving),
        new($"Servers:{mode}:Arguments:1", mode),
        new($"Servers:{mode}:Arguments:2", file),
        new($"Servers:{mode}:Arguments:3", _marker),
    ];
}
