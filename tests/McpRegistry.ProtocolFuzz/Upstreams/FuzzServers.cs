using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using McpRegistry.ProtocolFuzz.Upstreams.Channels;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>
/// All servers behind the gateway, told apart by path: <c>good-*</c> answer properly, <c>odd-*</c> go wrong on calls that belong to a
/// case, and those of one case go wrong from the first word on. The good ones have a port of their own: connections are pooled by
/// port, and one that an odd server is about to cut must not be lent for a proper call.
/// </summary>
internal sealed class FuzzServers : IAsyncDisposable
{
    private readonly TcpListener _good = new(IPAddress.Loopback, 0);
    private readonly TcpListener _odd = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly int _seed;
    private readonly Behaviour _behaviour;
    private Task _accepting = Task.CompletedTask;
    private long _exchanges;

    public FuzzServers(int seed)
    {
        _seed = seed;
        _behaviour = new Behaviour(seed, Conversations);
    }

    public Conversations Conversations { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    public int OpenConnections => _connections.Count;

    public long Exchanges => Interlocked.Read(ref _exchanges);

    public IReadOnlyDictionary<string, long> ByKind => _behaviour.Counts;

    public void Start()
    {
        _good.Start(512);
        _odd.Start(512);
        _accepting = Task.WhenAll(AcceptAsync(_good), AcceptAsync(_odd));
    }

    /// <summary>Gets where a server is.</summary>
    public Uri UrlOf(string server) => new($"http://{(IsGood(server) ? _good : _odd).LocalEndpoint}/");

    public static bool IsGood(string server) => server.StartsWith("good-", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _good.Dispose();
        _odd.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(_stopping.Token);
                var serving = Task.Run(() => ServeAsync(socket));
                _connections[serving] = 0;
                _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        socket.NoDelay = true;
        try
        {
            var reader = new RequestReader(stream);
            while (await reader.ReadAsync(_stopping.Token) is { } request)
            {
                Interlocked.Increment(ref _exchanges);
                if (request.SocketKey is { } key)
                {
                    await SocketPeer.ServeAsync(_seed, request, key, socket, stream, _stopping.Token);
                    return;
                }

                var performer = new Performer(socket, stream, request, Conversations);
                await _behaviour.AnswerAsync(request, performer, _stopping.Token);
                if (performer.IsClosed)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            // Either side hung up, as half of the cases want it.
        }
        catch (Exception exception)
        {
            Faults.Enqueue($"The fuzzer's own server broke: {exception}");
        }
    }
}
