using McpRegistry.Servers;

namespace McpRegistry.Supervision;

/// <summary>The gates before attempts to connect: processes start one after another, whatever a network does, and the other way round.</summary>
/// <param name="places">How many attempts of each kind begin at once.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectGates(int places, TimeProvider time) : IDisposable
{
    /// <summary>By then a server that is there has mostly answered, and one that is not costs a socket.</summary>
    private static readonly TimeSpan NetworkMoment = TimeSpan.FromSeconds(1);

    /// <summary>An interpreter keeps a processor busy for some seconds before its server listens.</summary>
    private static readonly TimeSpan ProcessMoment = TimeSpan.FromSeconds(5);

    private readonly ConnectGate _network = new(places, NetworkMoment, time);
    private readonly ConnectGate _processes = new(places, ProcessMoment, time);

    public ConnectGate For(TransportKind transport) => transport == TransportKind.Stdio ? _processes : _network;

    public void Dispose()
    {
        _network.Dispose();
        _processes.Dispose();
    }
}
