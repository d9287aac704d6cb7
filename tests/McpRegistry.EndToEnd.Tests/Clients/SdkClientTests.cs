using System.Collections.Concurrent;
using McpRegistry.EndToEnd.Tests.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRegistry.EndToEnd.Tests.Clients;

/// <summary>The C# SDK's client, pinned to a revision of each era, does everything that a client does.</summary>
[Collection(NodeCollection.Name)]
public sealed class SdkClientTests(ClientGateway gateway) : IClassFixture<ClientGateway>
{
    public static TheoryData<string, string?> VersionsAndEndpoints => new()
    {
        { "2026-07-28", null }, { "2026-07-28", "sample" }, { "2025-06-18", null }, { "2025-06-18", "sample" }, { "2025-11-25", null }, { "2025-03-26", null },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(VersionsAndEndpoints))]
    public async Task Client_PinnedToARevision_ListsCallsReadsPromptsAndCompletes(string version, string? alias)
    {
        var prefix = alias is null ? "sample__" : "";
        await using var client = await ConnectAsync(version, alias);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Contains(prefix + "notes_add", tools.Select(tool => tool.Name));

        // Each run writes a note of its own: the server behind the gateway is shared by them.
        var name = $"note {version} {alias}";
        var written = await client.CallToolAsync(prefix + "notes_add", new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = name, ["text"] = "Grüße" }, cancellationToken: Cancellation);
        Assert.NotEqual(true, written.IsError);
        var read = await client.ReadResourceAsync($"workspace://notes/{Uri.EscapeDataString(name)}", cancellationToken: Cancellation);
        Assert.Equal("Grüße", Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text);
        Assert.NotEmpty(await client.ListResourcesAsync(cancellationToken: Cancellation));
        Assert.NotEmpty(await client.ListResourceTemplatesAsync(cancellationToken: Cancellation));

        Assert.Contains(prefix + "summarise", (await client.ListPromptsAsync(cancellationToken: Cancellation)).Select(prompt => prompt.Name));
        var prompt = await client.GetPromptAsync(prefix + "summarise", new Dictionary<string, object?>(StringComparer.Ordinal) { ["text"] = "abc", ["style"] = "headline" }, cancellationToken: Cancellation);
        Assert.Contains("abc", Assert.IsType<TextContentBlock>(prompt.Messages[0].Content).Text, StringComparison.Ordinal);

        var notes = await client.CompleteAsync(new ResourceTemplateReference { Uri = "workspace://notes/{name}" }, "name", name, cancellationToken: Cancellation);
        Assert.Equal([name], notes.Completion.Values);
        var styles = await client.CompleteAsync(new PromptReference { Name = prefix + "summarise" }, "style", "b", cancellationToken: Cancellation);
        Assert.Equal(["bullets"], styles.Completion.Values);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-06-18")]
    public async Task Call_WithProgress_ReportsTheStepsInOrder(string version)
    {
        await using var client = await ConnectAsync(version, null);
        var seen = new ConcurrentQueue<float>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["from"] = 3, ["interval"] = 500 };
        var result = await client.CallToolAsync("sample__countdown", arguments, new Reports(value =>
        {
            seen.Enqueue(value.Progress);
            if (seen.Count >= 2)
            {
                all.TrySetResult();
            }
        }), cancellationToken: Cancellation);
        Assert.Equal("Lift-off.", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
        await all.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        // The SDK stops listening with the answer, and the last report comes right before it; the raw clients see all three.
        Assert.Equal([1, 2], seen.Take(2));
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-06-18")]
    public async Task Call_UnknownTool_IsAProtocolError(string version)
    {
        await using var client = await ConnectAsync(version, null);
        var error = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("sample__none", cancellationToken: Cancellation));
        Assert.Equal(McpErrorCode.InvalidParams, error.ErrorCode);
    }

    private Task<McpClient> ConnectAsync(string version, string? alias) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = gateway.Host.Mcp(alias),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {GatewayHost.AdminKey}" },
        }),
        new McpClientOptions { ProtocolVersion = version },
        cancellationToken: Cancellation);

    /// <summary>Unlike <see cref="Progress{T}"/> this keeps the order of the reports.</summary>
    private sealed class Reports(Action<ProgressNotificationValue> report) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => report(value);
    }
}
