using System.Collections.Immutable;

namespace McpRegistry.Servers;

/// <summary>One replica of a server: where it is and how it is spoken to.</summary>
public sealed record ServerEndpoint
{
    /// <summary>Gets the id (Guid version 7), unique over all servers.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets the transport. Default <see cref="TransportKind.StreamableHttp"/>.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>Gets the absolute http or https URL, or ws or wss for a WebSocket; null for stdio.</summary>
    public string? Url { get; init; }

    /// <summary>Gets the program to start; null for URL transports.</summary>
    public string? Command { get; init; }

    /// <summary>Gets the arguments of <see cref="Command"/>, one entry an argument; no shell reads them.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Gets the variables that are added to the minimal environment of the child process. Values may be secret.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets the working directory of the child process; null for the host's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Gets the share of calls relative to the other endpoints, 0 to 1,000. Default 1; 0 takes no new call.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Gets the failure zone or region, for zone preference; null when it has none.</summary>
    public string? Zone { get; init; }

    /// <summary>Gets the era to speak; null (the default) finds it by probing.</summary>
    public ProtocolEra? Era { get; init; }
}
