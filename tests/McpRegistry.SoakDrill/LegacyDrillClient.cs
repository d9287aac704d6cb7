namespace McpRegistry.SoakDrill;

/// <summary>A session of 2025-11-25, with a session at the server that it calls.</summary>
internal sealed class LegacyDrillClient(ClientPlan plan, Uri gateway, ClientSockets sockets) : DrillClient(plan, gateway, sockets)
{
    private string? _session;

    protected override string Meta => "";

    public override async Task OpenAsync()
    {
        using (var opened = await SendAsync(
            "initialize", """ "protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"soak","version":"1"} """))
        {
            _session = opened.Headers.GetValues("Mcp-Session-Id").Single();
            await ReadAsync(opened);
        }

        (await SendAsync("notifications/initialized", "")).Dispose();
        await CallAsync();
        if (Plan.HasStream)
        {
            using var subscribed = await SendAsync("resources/subscribe", $"\"uri\":\"{Plan.Resource}\"");
            var answer = await ReadAsync(subscribed);
            _ = answer.TryGetProperty("result", out _) ? true : throw new InvalidOperationException($"Client {Plan.Number} got {answer.GetRawText()}");
            await WatchAsync(await SendAsync(HttpMethod.Get, "", null));
        }

        if (Plan.Manner == Manner.IsResetWithACall)
        {
            _ = AbandonAsync("hang");
        }
    }

    public override async Task KeepAsync()
    {
        if (_session is not null)
        {
            using var response = await SendAsync("ping", "");
            await ReadAsync(response);
        }
    }

    protected override async Task EndAsync() => (await SendAsync(HttpMethod.Delete, "", null)).Dispose();

    protected override IEnumerable<(string Name, string Value)> Headers(string method) =>
        _session is null ? [] : [("Mcp-Session-Id", _session), ("MCP-Protocol-Version", "2025-11-25")];
}
