using System.ComponentModel.DataAnnotations;
using McpRegistry.Configuration;
using McpRegistry.Protocol;

namespace McpRegistry.Gateway;

/// <summary>How the gateway serves clients. Bound from <c>McpRegistry:Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Gateway";

    /// <summary>Gets or sets the name that the merged endpoint gives as its <c>serverInfo.name</c>. Default <c>McpRegistry</c>.</summary>
    [Required]
    [StringLength(200, MinimumLength = 1)]
    public string ServerName { get; set; } = "McpRegistry";

    /// <summary>
    /// Gets or sets the text for models that the merged endpoint gives before the instructions of the servers behind it. Default
    /// none.
    /// </summary>
    public string? Instructions { get; set; }

    /// <summary>
    /// Gets or sets the name of this process among its replicas, 1 to 32 of <c>a-z 0-9 -</c>: ids of legacy sessions begin with
    /// it and a dot, so that a load balancer can send each request to where its session lives. Default none.
    /// </summary>
    [RegularExpression("[a-z0-9-]{1,32}")]
    public string? InstanceName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the lists of the merged endpoint fail while an enabled server is missing, instead
    /// of leaving its entries out and naming it in <c>_meta</c>. Default false.
    /// </summary>
    public bool StrictLists { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether servers are told the name and version that a client gives itself; otherwise they
    /// see the gateway's. Default true.
    /// </summary>
    public bool ForwardClientInfo { get; set; } = true;

    /// <summary>Gets or sets the most entries of one page of a merged list. Default 500: few clients follow pages well.</summary>
    [Range(1, 10_000)]
    public int ListPageSize { get; set; } = 500;

    /// <summary>
    /// Gets or sets how long clients of 2026-07-28 may keep lists that come from servers of earlier revisions, which say nothing
    /// about that. Default zero: not at all. Such a list is always the caller's own.
    /// </summary>
    [TimeRange("00:00:00", "1.00:00:00")]
    public TimeSpan LegacyListTtl { get; set; }

    /// <summary>Gets or sets the largest request body, bytes. Default 4 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gets or sets the most messages of a batch, which clients of 2025-03-26 may send. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxBatchMessages { get; set; } = 100;

    /// <summary>Gets or sets how long an upstream may be silent on a request; progress starts the time anew. Default 60 s.</summary>
    [TimeRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a request may take in all, progress or not; while a stateless client is away with a question, the time stands still. Default 10 min.</summary>
    [TimeRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan MaxRequestDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how long a client may take to answer a question of a server, such as an elicitation. Default 5 min.</summary>
    [TimeRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan QuestionTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets the most calls at once that wait for the answer of a stateless client to a question of a legacy server;
    /// each holds a stream to that server. Default 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxSuspendedCalls { get; set; } = 1_000;

    /// <summary>Gets or sets the most such calls of one caller. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxSuspendedCallsPerCaller { get; set; } = 100;

    /// <summary>Gets or sets the most such calls at one server. Default 250.</summary>
    [Range(1, 1_000_000)]
    public int MaxSuspendedCallsPerServer { get; set; } = 250;

    /// <summary>Gets or sets how long an answer may keep the client without a byte before it becomes a stream with comments. Default 10 s.</summary>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets a value indicating whether W3C baggage of clients travels on to servers, in <c>_meta</c> and in HTTP headers.
    /// Default false: it may say anything of the caller. Trace context always travels.
    /// </summary>
    public bool ForwardBaggage { get; set; }

    /// <summary>
    /// Gets the extensions that clients and servers may negotiate through the gateway, by name; <c>*</c> stands for those that
    /// are not named. Default: <c>io.modelcontextprotocol/tasks</c> and <c>io.modelcontextprotocol/ui</c> are, others are not,
    /// because the gateway serves no methods that it does not know.
    /// </summary>
    public IDictionary<string, bool> Extensions { get; } = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        [ExtensionNames.Tasks] = true,
        [ExtensionNames.Apps] = true,
    };

    /// <summary>
    /// Gets or sets the longest time that the id of a task is good for, whatever its server says. Default 30 days. Ids of tasks
    /// without an end live that long, others a day longer than their task, as servers may prolong one.
    /// </summary>
    [TimeRange("00:01:00", "365.00:00:00")]
    public TimeSpan MaxTaskLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets how long a legacy session may be unused before it ends. Default 30 min.</summary>
    [TimeRange("00:00:01", "7.00:00:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets or sets the most legacy sessions at once; the longest unused one of the tenant that holds the most makes room. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessions { get; set; } = 10_000;

    /// <summary>Gets or sets the most legacy sessions of one caller; its own longest unused one makes room. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessionsPerCaller { get; set; } = 1_000;

    /// <summary>Gets or sets how long changes of one kind of list are gathered before clients are told. Default 250 ms.</summary>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan ChangeDebounce { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets the most <c>subscriptions/listen</c> streams at once. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>Gets or sets the most <c>subscriptions/listen</c> streams of one caller. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerCaller { get; set; } = 100;

    /// <summary>Gets or sets the most resources that one stream, or one legacy session, is subscribed to. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxUrisPerSubscription { get; set; } = 1_000;

    /// <summary>Tells whether an extension may be negotiated.</summary>
    internal bool Allows(string extension) =>
        Extensions.TryGetValue(extension, out var allowed) ? allowed : Extensions.TryGetValue("*", out var others) && others;
}
