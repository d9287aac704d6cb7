using System.Security.Cryptography;
using McpRegistry.ConformanceServer.Changes;
using McpRegistry.ConformanceServer.Hosting;
using ModelContextProtocol.Server;

namespace McpRegistry.ConformanceServer.Legacy;

/// <summary>One client's session: a transport, a server on it, and what it has to be told.</summary>
internal sealed class LegacySession : IAsyncDisposable
{
    private readonly McpServer _server;
    private readonly SessionPushes _pushes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _streams;

    public LegacySession(ServerDescription description, ChangeHub hub, ILoggerFactory logging, IServiceProvider services)
    {
        var watched = new WatchedResources();
        Transport = new StreamableHttpServerTransport(logging) { SessionId = Id, EventStreamStore = Events };
        _server = McpServer.Create(Transport, description.Create(Era.Legacy, watched), logging, services);
        _pushes = new SessionPushes(hub, _server, watched);
        _running = _server.RunAsync(_stop.Token);
    }

    public string Id { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public StreamableHttpServerTransport Transport { get; }

    public EventStore Events { get; } = new();

    public string? Revision => _server.NegotiatedProtocolVersion;

    /// <summary>Gets whether this is the first GET stream; the SDK's transport serves one, later ones resume it.</summary>
    public bool TryOpenStream() => Interlocked.Increment(ref _streams) == 1;

    public async ValueTask DisposeAsync()
    {
        _pushes.Dispose();
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server.DisposeAsync();
        await Transport.DisposeAsync();
        _stop.Dispose();
    }
}
