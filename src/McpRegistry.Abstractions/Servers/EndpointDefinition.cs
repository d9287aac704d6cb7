namespace McpRegistry.Servers;

/// <summary>One replica of a server as a user writes it, in code, in configuration or in a REST body.</summary>
public sealed class EndpointDefinition
{
    /// <summary>
    /// Gets or sets the transport. Null (the default) means <see cref="TransportKind.Stdio"/> when only
    /// <see cref="Command"/> is set, <see cref="TransportKind.WebSocket"/> for a ws or wss URL, else
    /// <see cref="TransportKind.StreamableHttp"/>.
    /// </summary>
    public TransportKind? Transport { get; set; }

    /// <summary>Gets or sets the absolute http or https URL, or ws or wss for a WebSocket, at most 2,048 characters; null for stdio.</summary>
    public string? Url { get; set; }

    /// <summary>Gets or sets the program to start; null for URL transports.</summary>
    public string? Command { get; set; }

    /// <summary>Gets or sets the arguments of <see cref="Command"/>, one entry an argument; no shell reads them. At most 256.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>Gets or sets the variables for the child process. Values may be secret; answers show them as <c>***</c>.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the working directory of the child process; null for the host's own.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Gets or sets the share of calls relative to the other endpoints, 0 to 1,000. Default 1; 0 takes no new call.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>Gets or sets the failure zone or region, at most 64 characters; null when it has none.</summary>
    public string? Zone { get; set; }

    /// <summary>Gets or sets the era to speak; null (the default) finds it by probing.</summary>
    public ProtocolEra? Era { get; set; }
}
