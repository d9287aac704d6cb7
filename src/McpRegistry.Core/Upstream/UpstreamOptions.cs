using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;

namespace McpRegistry.Upstream;

/// <summary>Limits and times towards upstream servers. Bound from <c>McpRegistry:Upstream</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Upstream";

    /// <summary>Gets or sets how long opening a connection may take, process start and handshake included. Default 30 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a stdio or WebSocket server may be silent on <c>server/discover</c> before it counts as legacy. Default 5 s.</summary>
    [TimeRange("00:00:00.1", "00:01:00")]
    public TimeSpan StdioProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long reading a whole catalogue may take. Default 30 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan DiscoveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the largest message of an upstream, bytes. Default 32 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Gets or sets the largest catalogue of a server and its largest page, bytes. Default 4 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxCatalogueBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gets or sets the most items in the catalogue of a server. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxCatalogueItems { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how many connections to servers are begun at once, over a network and as processes each, and how many sessions of
    /// clients are opened at once with each server. Default 8; spares the machine at a start with many stdio servers. An attempt counts
    /// for its first second, a process for 5 s, so that servers which do not answer hold up no others.
    /// </summary>
    [Range(1, 1024)]
    public int MaxConcurrentDiscoveries { get; set; } = 8;

    /// <summary>Gets or sets the wait before the first reconnect; it doubles with each failure. Default 1 s.</summary>
    [TimeRange("00:00:00.01", "00:10:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest wait between reconnects. Default 30 s.</summary>
    [TimeRange("00:00:00.01", "01:00:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a session of one principal may be unused before it is closed. One that belongs to a session of a client ends
    /// with that. Default 10 min.
    /// </summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the most sessions of clients with one endpoint over a network; the longest unused one makes room. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxSessionsPerEndpoint { get; set; } = 1_000;

    /// <summary>Gets or sets the most sessions of one caller with one endpoint over a network; his own longest unused one makes room, and the client's session that had it ends. Default 250.</summary>
    [Range(1, 100_000)]
    public int MaxSessionsPerCaller { get; set; } = 250;

    /// <summary>Gets or sets the most processes of one stdio endpoint for its clients; the longest unused one makes room. Default 100.</summary>
    [Range(1, 100_000)]
    public int MaxProcessesPerEndpoint { get; set; } = 100;

    /// <summary>Gets or sets the most processes of one stdio endpoint for one caller; his own longest unused one makes room, and the client's session that had it ends. Default 25.</summary>
    [Range(1, 100_000)]
    public int MaxProcessesPerCaller { get; set; } = 25;

    /// <summary>
    /// Gets or sets how long a stdio server may take to end by itself before it is killed, how long its output is read when it has ended
    /// and something else holds that open, and how long a WebSocket may take to close before it is cut. Default 2 s.
    /// </summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan ProcessShutdownTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the silence of a WebSocket server after which it is pinged. Default 30 s.</summary>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan WebSocketKeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a WebSocket server may take to answer a ping before it counts as gone. Default 15 s.</summary>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan WebSocketKeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets how long change notifications are gathered before a catalogue is read again. Default 250 ms; it doubles while
    /// readings find nothing new, up to ten times <see cref="MaxReconnectDelay"/>.
    /// </summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan ChangeDebounce { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how long a catalogue is not read again because clients ask for it, where the server does not announce changes or
    /// what it said of the life of its lists has run out. Up to a quarter longer, so that servers are read apart. Default 1 min.
    /// </summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan CatalogueRefreshInterval { get; set; } = TimeSpan.FromMinutes(1);
}
