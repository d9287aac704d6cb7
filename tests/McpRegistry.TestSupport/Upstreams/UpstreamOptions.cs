namespace McpRegistry.TestSupport.Upstreams;

/// <summary>What a <see cref="ScriptedUpstream"/> is before its script says more.</summary>
public sealed record UpstreamOptions
{
    public static UpstreamOptions Modern { get; } = new() { Era = UpstreamEra.Modern, ProtocolVersion = "2026-07-28" };

    public static UpstreamOptions Legacy { get; } = new() { Era = UpstreamEra.Legacy, ProtocolVersion = "2025-11-25" };

    public required UpstreamEra Era { get; init; }

    /// <summary>Gets the only version of a modern upstream, or the newest of a legacy one, which echoes an older request.</summary>
    public required string ProtocolVersion { get; init; }

    public string ServerName { get; init; } = "scripted";

    /// <summary>Gets the capabilities as raw JSON.</summary>
    public string Capabilities { get; init; } =
        """{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true},"completions":{},"logging":{}}""";

    /// <summary>Gets whether a legacy upstream offers the GET stream; without it GET is answered 405.</summary>
    public bool OffersGetStream { get; init; } = true;

    /// <summary>Gets whether a legacy upstream mints sessions, which the session revisions leave to the server.</summary>
    public bool UsesSessions { get; init; } = true;

    /// <summary>Gets whether headers that contradict the body are refused, as 2026-07-28 asks.</summary>
    public bool ChecksHeaders { get; init; } = true;

    /// <summary>Gets how long a connection may be unused before this server closes it; null is the web server's own time, 130 s.</summary>
    public TimeSpan? IdleConnectionTimeout { get; init; }
}
