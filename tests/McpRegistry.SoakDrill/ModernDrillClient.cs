using System.Text.Json;

namespace McpRegistry.SoakDrill;

/// <summary>A client of 2026-07-28 with one subscription.</summary>
internal sealed class ModernDrillClient(ClientPlan plan, Uri gateway, ClientSockets sockets) : DrillClient(plan, gateway, sockets)
{
    protected override string Meta =>
        """ "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{} } } """;

    public override async Task OpenAsync()
    {
        await CallAsync();
        await WatchAsync(await SendAsync(
            "subscriptions/listen", $$""" "notifications":{"toolsListChanged":true,"resourceSubscriptions":["{{Plan.Resource}}"]} """));
        if (Plan.Manner == Manner.IsResetWithACall)
        {
            await LeaveCallAsync();
        }
    }

    protected override Task EndAsync() => Task.CompletedTask;

    protected override IEnumerable<(string Name, string Value)> Headers(string method) =>
    [
        ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method),
        .. method == "tools/call" ? ((string, string)[])[("Mcp-Name", Plan.Tool(_tool))] : [],
    ];

    private string _tool = "work";

    /// <summary>A legacy server asks, so that the call is suspended; at a modern one it just runs.</summary>
    private async Task LeaveCallAsync()
    {
        if (Plan.Server == DrillUpstreams.New)
        {
            _tool = "hang";
            _ = AbandonAsync(_tool);
            return;
        }

        _tool = "ask";
        using var response = await SendAsync("tools/call", Tool(_tool));
        var answer = await ReadAsync(response);
        if (!answer.GetProperty("result").TryGetProperty("requestState", out JsonElement _))
        {
            throw new InvalidOperationException($"Client {Plan.Number} was not asked: {answer.GetRawText()}");
        }
    }
}
