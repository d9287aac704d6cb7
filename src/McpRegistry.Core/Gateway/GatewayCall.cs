using McpRegistry.ApiKeys;
using McpRegistry.Gateway.Caching;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>One request of a client on its way through the gateway.</summary>
internal sealed class GatewayCall : ISessionOwner
{
    private ClientProfile? _profile;

    public required ClientMessage Message { get; init; }

    public required ProtocolEra Era { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>Gets the server of a single-server endpoint; null on the merged endpoint.</summary>
    public string? Alias { get; init; }

    /// <summary>Gets the session of a legacy client; null for modern ones.</summary>
    public ClientSession? Session { get; init; }

    /// <summary>Gets the headers <c>Mcp-Param-*</c> of a modern client, each once, white space around the values removed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders { get; init; } = [];

    /// <summary>Gets what decides which extensions may be negotiated; null allows none.</summary>
    public Func<string, bool>? AllowsExtension { get; init; }

    public required IAnswerStream Stream { get; init; }

    /// <summary>Gets or sets the server that the request went to; null while there is none.</summary>
    public ServerEntry? Target { get; set; }

    /// <summary>Gets or sets the item's own name or URI at that server; null where there is none.</summary>
    public string? TargetName { get; set; }

    /// <summary>Gets or sets the endpoint that was asked; empty while there is none.</summary>
    public Guid TargetEndpoint { get; set; }

    /// <summary>Gets or sets a value that tells whether callers of every tenant reach the same server in the same way.</summary>
    public bool IsForEveryone { get; set; }

    /// <summary>Gets or sets where the answer may be kept; null when it may not.</summary>
    public CachePlace? Place { get; set; }

    string ISessionOwner.Principal => Caller.PrincipalId;

    /// <summary>Gets what the client can do: a modern one says so with each request, a legacy one when it opened its session.</summary>
    public ClientProfile Profile => _profile ??= Session?.Profile ?? ClientProfile.Of(Message.Raw(Message.MetaCapabilities), ProtocolEra.Modern, AllowsExtension) with
    {
        ClientInfo = Message.Raw(Message.MetaClientInfo).ToArray(),
    };

    string? ISessionOwner.SessionId => Session?.Id;

    CancellationToken ISessionOwner.SessionEnded => Session?.Ended ?? CancellationToken.None;

    public ReadOnlySpan<byte> Id => Message.Raw(Message.Id);

    /// <summary>Gets the least severe level that the client wants to hear; null for the era's default.</summary>
    public LogLevel? LogLevel => Era == ProtocolEra.Modern
        ? LogLevels.Parse(Message.Text(Message.MetaLogLevel))
        : Session?.LogLevel;

    /// <summary>Tells whether the client wants a log message: a modern one only if it asked, a legacy one unless it chose less.</summary>
    public bool Wants(LogLevel level) => LogLevel is { } wanted ? level >= wanted : Era == ProtocolEra.Legacy;
}
