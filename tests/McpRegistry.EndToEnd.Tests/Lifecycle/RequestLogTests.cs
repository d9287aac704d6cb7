using McpRegistry.Analytics;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>What a call leaves in the database: a line of the log, counters, metrics; and nothing of what it carried.</summary>
public sealed class RequestLogTests : IAsyncLifetime
{
    private const string Secret = "secret-argument-4711";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-logs-");
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_folder.FullName, "registry.db");

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Calls_AfterRestart_AreLoggedAndCounted()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        var server = await RegisterAsync(upstream.Url);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), Era.Modern, Cancellation);

        await CallAsync(client, "alpha__work");
        await CallAsync(client, "alpha__work");
        await CallAsync(client, "alpha__nothing");
        await RestartAsync();

        var log = await Get<IRequestLogStore>().ListAsync(TenantId.Global, null, 1000, Cancellation);
        var calls = log.Where(entry => string.Equals(entry.McpMethod, "tools/call", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["unknown_tool", null, null], calls.Select(entry => entry.ErrorType));
        Assert.All(calls, entry =>
        {
            Assert.Equal(("POST", "/mcp", 200), (entry.Method, entry.Path, entry.StatusCode));
            Assert.Equal("127.0.0.1", entry.IpAddress);
            Assert.NotNull(entry.ApiKeyId);
            Assert.NotNull(entry.RequestId);
            Assert.True(entry.DurationMs > 0 && entry.RequestSizeBytes > 0 && entry.ResponseSizeBytes > 0);
        });
        Assert.All(calls[1..], entry => Assert.Equal(
            (server.Id, server.Endpoints[0].Id, "work"), (entry.TargetServerId, entry.TargetEndpointId, entry.TargetName)));
        Assert.Contains(log, entry => entry is { Path: "/api/v1/servers", Method: "POST", StatusCode: 201, McpMethod: null });

        var usage = await Get<IUsageStore>().ListServerAsync(TenantId.Global, server.Id, Cancellation);
        Assert.Equal([(UsageSubject.Server, 2L, 0L), (UsageSubject.Tool, 2L, 0L)], usage.Select(totals => (totals.Subject, totals.Calls, totals.Errors)));
        Assert.All(usage, totals => Assert.True(totals.MeanMs > 0));
        var key = await Get<IUsageStore>().FindKeyAsync(TenantId.Global, calls[0].ApiKeyId!.Value, Cancellation);
        Assert.Equal(log.Count, key!.Calls);
        Assert.Equal(1, key.Errors);
        var metric = Assert.Single(await Get<IServerMetricStore>().ListAsync(TenantId.Global, server.Id, DateTimeOffset.UnixEpoch, null, 10, Cancellation));
        Assert.Equal((2, 0, 0.0), (metric.RequestCount, metric.ErrorCount, metric.ErrorRate));
    }

    [Fact]
    public async Task Calls_HostStops_AreWrittenBeforeItEndsAndHoldNoArgument()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        await RegisterAsync(upstream.Url);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp("alpha"), Era.Legacy, Cancellation);
        await CallAsync(client, "work");

        await _gateway.DisposeAsync();
        var content = System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(DatabaseFile, Cancellation));
        _gateway = await StartAsync();

        var log = await Get<IRequestLogStore>().ListAsync(TenantId.Global, null, 1000, Cancellation);
        Assert.Single(log, entry => entry is { McpMethod: "tools/call", Path: "/mcp/alpha", TargetName: "work", StatusCode: 200, ErrorType: null });
        Assert.Contains(log, entry => entry is { McpMethod: "initialize", ErrorType: null });
        Assert.DoesNotContain(Secret, content, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayHost.AdminKey, content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_SwitchedOff_LeaveNothing()
    {
        await RestartAsync(("RequestLog:Enabled", "false"), ("Usage:Enabled", "false"));
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        var server = await RegisterAsync(upstream.Url);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), Era.Modern, Cancellation);
        await CallAsync(client, "alpha__work");

        await RestartAsync();

        Assert.Empty(await Get<IRequestLogStore>().ListAsync(TenantId.Global, null, 1000, Cancellation));
        Assert.Equal(0, Assert.Single(await Get<IUsageStore>().ListServerAsync(TenantId.Global, server.Id, Cancellation)).Calls);
    }

    private T Get<T>()
        where T : notnull => _gateway.Get<T>();

    /// <summary>A host that stops answers what it has begun and then writes all that was recorded.</summary>
    private async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(settings);
    }

    private async Task<RegisteredServer> RegisterAsync(Uri url)
    {
        await _gateway.Registry.AddAsync("alpha", url, Cancellation);
        var stored = await Get<IServerStore>().FindByAliasAsync(TenantId.Global, "alpha", Cancellation);
        return stored!.Server;
    }

    private static async Task CallAsync(RawClient client, string tool)
    {
        var answer = await client.CallToolAsync(tool, Cancellation, $$"""{"secret":"{{Secret}}"}""");
        Assert.NotNull(answer);
    }

    private Task<GatewayHost> StartAsync(params (string Name, string Value)[] settings) => GatewayHost.StartAsync(Cancellation, new GatewaySetup
    {
        DatabaseFile = DatabaseFile,
        Settings = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value, StringComparer.Ordinal),
    });
}
