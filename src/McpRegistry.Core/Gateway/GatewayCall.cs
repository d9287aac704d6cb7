using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.Balancing;
using McpRegistry.Gateway.Caching;
using McpRegistry.Limits;
using McpRegistry.Protocol;
using McpRegistry.Resilience;
using McpRegistry.Routing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>One request of a client on its way through the gateway.</summary>
internal sealed class GatewayCall : ISessionOwner
{
    private ClientProfile? _profile;
    private ClientMessage? _message;

    public required ClientMessage Message
    {
        get => _message!;
        init => _message = value;
    }

    /// <summary>The same call with a message of its own, for what outlives the client's HTTP request.</summary>
    public GatewayCall Detach()
    {
        var copy = (GatewayCall)MemberwiseClone();
        copy._message = Message.Detach();
        return copy;
    }

    /// <summary>Takes the message that the client's stands for.</summary>
    public void Replace(ClientMessage message) => _message = message;

    public required ProtocolEra Era { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>Gets where the request came from; null where the connection has no address.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Gets the server of a single-server endpoint; null on the merged endpoint.</summary>
    public string? Alias { get; init; }

    /// <summary>Gets the session of a legacy client; null for modern ones.</summary>
    public ClientSession? Session { get; init; }

    /// <summary>Gets a value that tells whether the session of a legacy client is over, so that nothing can be sent again in it; false for modern clients.</summary>
    public bool HasSessionEnded => Session is { Ended.IsCancellationRequested: true };

    /// <summary>Gets the headers <c>Mcp-Param-*</c> of a modern client, each once, white space around the values removed.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders { get; init; } = [];

    /// <summary>Gets the headers that routing rules look at, as the client sent them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets how many milliseconds the client waits unless the request itself says so, by a header; 0 for no word.</summary>
    public int TimeoutMs { get; init; }

    /// <summary>Gets what decides which extensions may be negotiated; null allows none.</summary>
    public Func<string, bool>? AllowsExtension { get; init; }

    /// <summary>Gets a value that tells whether servers hear what a modern client calls itself.</summary>
    public bool ForwardsClientInfo { get; init; } = true;

    public required IAnswerStream Stream { get; init; }

    /// <summary>Gets or sets the server that the request went to; null while there is none.</summary>
    public ServerEntry? Target { get; set; }

    /// <summary>Gets or sets the item's own name or URI at that server; null where there is none.</summary>
    public string? TargetName { get; set; }

    /// <summary>Gets or sets the resource's own URI as raw JSON where the client has another one; empty otherwise.</summary>
    public ReadOnlyMemory<byte> TargetUri { get; set; }

    /// <summary>Gets the resource that the request names, by its server's own URI as raw JSON; empty when it names none.</summary>
    public ReadOnlyMemory<byte> OwnUri => TargetUri.IsEmpty ? Message.Uri.Of(Message.Body) : TargetUri;

    /// <summary>Gets or sets which URIs in the answer the client knows in another form; null when there are none.</summary>
    public UriWrapping? Wrapping { get; set; }

    /// <summary>Gets or sets the server's own id of the task that the request is about; null for other requests. It stays out of logs.</summary>
    public string? UpstreamTask { get; set; }

    /// <summary>Gets or sets the policy by which a routing rule has an endpoint chosen; null when none says so.</summary>
    public string? BalancingPolicy { get; set; }

    /// <summary>Gets or sets the endpoint that a routing rule names, or that has what the call goes on with; null when there is none.</summary>
    public Guid? Endpoint { get; set; }

    /// <summary>Gets or sets a value that tells whether the endpoint has what the call goes on with, so that no other one will do.</summary>
    public bool IsBound { get; set; }

    /// <summary>Gets or sets how long the call may take; null for what holds for all.</summary>
    public CallTimes? Times { get; set; }

    /// <summary>Gets or sets the endpoints at which the call has failed; null while there are none.</summary>
    public List<Guid>? Failed { get; set; }

    /// <summary>Gets or sets the endpoint that was asked; empty while there is none.</summary>
    public Guid TargetEndpoint { get; set; }

    /// <summary>Gets or sets a value that tells whether callers of every tenant reach the same server in the same way.</summary>
    public bool IsForEveryone { get; set; }

    /// <summary>Gets or sets the quotas that the call was taken from.</summary>
    public QuotaTicket Ticket { get; set; }

    /// <summary>Gets or sets where the answer may be kept; null when it may not.</summary>
    public CachePlace? Place { get; set; }

    bool ISessionOwner.HasFailed => Failed is { Count: > 0 };

    bool ISessionOwner.Avoids(Guid endpointId) => Failed?.Contains(endpointId) == true;

    string ISessionOwner.Principal => Caller.PrincipalId;

    bool ISessionOwner.IsBalanced => CallRouter.IsRouted(Message);

    ulong ISessionOwner.HashOf(BalancingKey key) => key switch
    {
        BalancingKey.Session => StableHash.Of(Session?.Id ?? Caller.PrincipalId),
        BalancingKey.Tenant => StableHash.Of(Caller.Tenant.Value),
        BalancingKey.Address when Address is { } address => RouteKeyReader.OfAddress(ClientAddress.Of(address)),
        _ => StableHash.Of(Caller.PrincipalId),
    };

    /// <summary>Gets what the client can do: a modern one says so with each request, a legacy one when it opened its session.</summary>
    public ClientProfile Profile => _profile ??= Session?.Profile ?? ClientProfile.Of(Message.Raw(Message.MetaCapabilities), ProtocolEra.Modern, AllowsExtension) with
    {
        ClientInfo = ForwardsClientInfo ? Message.Raw(Message.MetaClientInfo).ToArray() : default,
    };

    TimeSpan? ISessionOwner.Patience => Times?.Attempt;

    string? ISessionOwner.SessionId => Session?.Id;

    CancellationToken ISessionOwner.SessionEnded => Session?.Ended ?? CancellationToken.None;

    IClientSession? ISessionOwner.ClientSession => Session;

    public ReadOnlySpan<byte> Id => Message.Raw(Message.Id);

    /// <summary>Gets the least severe level that the client wants to hear; null for the era's default.</summary>
    public LogLevel? LogLevel => Era == ProtocolEra.Modern
        ? LogLevels.Parse(Message.Text(Message.MetaLogLevel))
        : Session?.LogLevel;

    /// <summary>Tells whether the client wants a log message: a modern one only if it asked, a legacy one unless it chose less.</summary>
    public bool Wants(LogLevel level) => LogLevel is { } wanted ? level >= wanted : Era == ProtocolEra.Legacy;
}
