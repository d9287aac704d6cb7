using McpRegistry.Credentials;

namespace McpRegistry.Servers;

/// <summary>
/// A server as a user writes it, in code, in configuration or in a REST body. A server with one endpoint may write it
/// directly here (<see cref="Url"/> or <see cref="Command"/> and what goes with them) instead of in <see cref="Endpoints"/>.
/// </summary>
public sealed class ServerDefinition
{
    /// <summary>
    /// Gets or sets the name, unique in the tenant ignoring case, 1 to 200 characters; the reverse-DNS form
    /// <c>io.github.user/weather</c> is welcome. Required over REST; in code and configuration the alias is the default.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets the slug for URLs and tool prefixes, unique in the tenant, <c>[a-z0-9][a-z0-9-]{0,31}</c>. Null (the
    /// default) derives it from <see cref="Name"/>.
    /// </summary>
    public string? Alias { get; set; }

    /// <summary>Gets or sets the text for people, at most 4,000 characters; null when there is none.</summary>
    public string? Description { get; set; }

    /// <summary>Gets or sets the labels, at most 32 of 1 to 64 characters; repeats are dropped.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets who may share a legacy session. Default <see cref="SessionIsolation.PerSession"/>.</summary>
    public SessionIsolation Isolation { get; set; } = SessionIsolation.PerSession;

    /// <summary>Gets or sets a value that tells whether the server is served. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the replicas, at most 32. Leave it empty to write the one endpoint directly on the server.</summary>
    public IList<EndpointDefinition> Endpoints { get; set; } = [];

    /// <summary>Gets or sets the transport of the one endpoint; see <see cref="EndpointDefinition.Transport"/>.</summary>
    public TransportKind? Transport { get; set; }

    /// <summary>Gets or sets the URL of the one endpoint; see <see cref="EndpointDefinition.Url"/>.</summary>
    public string? Url { get; set; }

    /// <summary>Gets or sets the program of the one endpoint; see <see cref="EndpointDefinition.Command"/>.</summary>
    public string? Command { get; set; }

    /// <summary>Gets or sets the arguments of the one endpoint; see <see cref="EndpointDefinition.Arguments"/>.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>Gets or sets the variables of the one endpoint; see <see cref="EndpointDefinition.Environment"/>.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the directory of the one endpoint; see <see cref="EndpointDefinition.WorkingDirectory"/>.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// Gets or sets how the gateway shows the server who it is; null (the default) shows nothing. For all endpoints, which then are
    /// URLs; a process gets its secrets by <see cref="Environment"/>.
    /// </summary>
    public CredentialDefinition? Credential { get; set; }
}
