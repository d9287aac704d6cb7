using McpRegistry.Servers;

namespace McpRegistry.Resilience;

/// <summary>What bounds the calls of each server as a whole.</summary>
internal sealed class ServerBounds
{
    private readonly ServerSettings<ServerResilienceOptions> _servers = new([]);

    /// <summary>Gets how calls that failed are sent again.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>Gets how calls wait.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Sets what holds for single servers.</summary>
    public ResilienceOptions Options
    {
        init => _servers = new ServerSettings<ServerResilienceOptions>(value.Servers);
    }

    /// <summary>Tells whether clients are told when their session at a server is lost.</summary>
    public bool EndsLostSessions(RegisteredServer server) => _servers.Find(server)?.SessionLoss == SessionLoss.End;

    /// <summary>Returns how many calls a server gets at once.</summary>
    public int PlacesAt(RegisteredServer server) => _servers.Find(server)?.MaxConcurrent ?? Queue.MaxConcurrent;
}
