using System.Text;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.HostileInput;

/// <summary>One gateway for a whole table: what one request breaks, the next one meets.</summary>
public sealed class HostileGateway : IAsyncLifetime
{
    private readonly Dictionary<(Era Era, string? Alias), RawClient> _clients = [];
    private ScriptedUpstream _upstream = null!;

    internal GatewayHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _upstream = await ScriptedServers.StartAsync(Era.Modern, cancellation);
        Host = await GatewayHost.StartAsync(cancellation);
        await Host.Registry.AddAsync("up", _upstream.Url, cancellation);
        foreach (var era in Enum.GetValues<Era>())
        {
            foreach (var alias in new[] { null, "up" })
            {
                _clients[(era, alias)] = await RawClient.OpenAsync(Host.Http, Host.Mcp(alias), era, cancellation);
            }
        }
    }

    /// <summary>Sends a request to one of the endpoints, with a session where its era has one.</summary>
    internal Task<RawAnswer> SendAsync(HostileCase request, string? alias, CancellationToken cancellationToken, string key = GatewayHost.AdminKey)
    {
        var tool = Tool(alias);
        var name64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(tool));
        var headers = request.AllHeaders(Host.BaseAddress, key, Session(request.Era, alias), tool)
            .Select(header => (header.Name, header.Value.Replace("NAME64", name64, StringComparison.Ordinal)));
        return RawHttp.SendAsync(Host.BaseAddress, request.Verb, Host.Mcp(alias).AbsolutePath, headers, request.Body(tool), cancellationToken);
    }

    internal string? Session(Era era, string? alias) => _clients[(era, alias)].SessionId;

    /// <summary>Makes a good call on every endpoint in every era.</summary>
    internal async Task AssertServesAsync(CancellationToken cancellationToken)
    {
        foreach (var ((_, alias), client) in _clients)
        {
            var answer = await client.CallToolAsync(Tool(alias), cancellationToken);
            Assert.True(answer.Result.TryGetProperty("content", out _));
        }
    }

    private static string Tool(string? alias) => alias is null ? "up__work" : "work";

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _upstream.DisposeAsync();
    }
}
