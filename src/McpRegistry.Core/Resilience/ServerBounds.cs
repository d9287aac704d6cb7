using McpRegistry.Servers;

namespace McpRegistry.Resilience;

/// <summary>What bounds the calls of each server as a whole.</summary>
internal sealed class ServerBounds
{
    /// <summary>Gets how calls that failed are sent again.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>Gets how calls wait.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Gets what holds for single servers.</summary>
    public ResilienceOptions Options { get; init; } = new();

    /// <summary>Finds what holds for a server, by its id before its alias.</summary>
    public static ServerResilienceOptions? Find(ResilienceOptions options, RegisteredServer server) => options.Servers.Count == 0 ? null
        : options.Servers.TryGetValue(server.Id.ToString(), out var byId) ? byId
        : options.Servers.TryGetValue(server.Alias, out var byAlias) ? byAlias : null;

    /// <summary>Tells whether clients are told when their session at a server is lost.</summary>
    public bool EndsLostSessions(RegisteredServer server) => Find(Options, server)?.SessionLoss == SessionLoss.End;

    /// <summary>Returns how many calls a server gets at once.</summary>
    public int PlacesAt(RegisteredServer server) => Find(Options, server)?.MaxConcurrent ?? Queue.MaxConcurrent;
}
