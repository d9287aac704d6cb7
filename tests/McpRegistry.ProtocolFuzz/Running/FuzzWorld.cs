using System.Text;
using McpRegistry.ProtocolFuzz.Checks;
using McpRegistry.ProtocolFuzz.Clients;
using McpRegistry.ProtocolFuzz.Hosting;
using McpRegistry.ProtocolFuzz.Upstreams;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Running;

/// <summary>The gateway, the servers behind it and the callers, as they stand before the first case.</summary>
internal sealed class FuzzWorld : IAsyncDisposable
{
    private static readonly string[] Standing = ["good-modern", "good-legacy", "odd-modern", "odd-legacy", "odd-sse", "odd-socket-modern", "odd-socket-legacy", "odd-stdio-legacy"];
    private readonly Registry _registry;
    private readonly string[] _keys = new string[3];

    private FuzzWorld(int seed, LogWatch log, FuzzGateway gateway, FuzzServers servers)
    {
        Seed = seed;
        Log = log;
        Gateway = gateway;
        Servers = servers;
        servers.Start();
        _registry = new Registry(gateway.Url);
    }

    public int Seed { get; }

    public LogWatch Log { get; }

    public FuzzGateway Gateway { get; }

    public FuzzServers Servers { get; }

    /// <summary>Gets a session that belongs to none of the callers of the cases.</summary>
    public string OtherSession { get; private set; } = "";

    public static async Task<FuzzWorld> StartAsync(int seed)
    {
        var log = new LogWatch();
        var world = new FuzzWorld(seed, log, await FuzzGateway.StartAsync(log), new FuzzServers(seed));
        for (var at = 0; at < world._keys.Length; at++)
        {
            world._keys[at] = await world.Gateway.AddKeyAsync($"fuzz-{at}");
        }

        foreach (var name in Standing)
        {
            await world._registry.WaitAsync(await world.AddAsync(name, CancellationToken.None), CancellationToken.None);
        }

        await world.OpenOtherSessionAsync();
        return world;
    }

    public string KeyOf(int number) => _keys[number % (_keys.Length - 1)];

    public Task<string> AddAsync(string server, CancellationToken cancellationToken) => _registry.AddAsync(Registry.Definition(Servers.UrlOf(server), server, Seed), cancellationToken);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => _registry.RemoveAsync(id, cancellationToken);

    /// <summary>Opens, from time to time, the session that others will try to use; it ends by itself like any other.</summary>
    public async Task OpenOtherSessionAsync()
    {
        var draft = new Messages(Dice.For(Seed, 0, "other"), 0, false, "2025-11-25", "/mcp", null, "good-legacy").Initialize();
        var memory = new CaseMemory();
        memory.Set("host", Gateway.Address.ToString());
        memory.Set("key", _keys[^1]);
        var response = await RawClient.SendAsync(
            Gateway.Address, draft, memory.Fill(draft.Head(draft.Body.Length)), draft.Body, null, null, CancellationToken.None);
        OtherSession = response.Header("Mcp-Session-Id") ?? throw new InvalidOperationException($"No session: {response.Status} {Encoding.UTF8.GetString(response.Body)}");
    }

    public async ValueTask DisposeAsync()
    {
        _registry.Dispose();
        await Gateway.DisposeAsync();
        await Servers.DisposeAsync();
    }
}
