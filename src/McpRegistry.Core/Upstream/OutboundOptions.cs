namespace McpRegistry.Upstream;

/// <summary>
/// Where the gateway may connect to; section <c>McpRegistry:Outbound</c>. URLs of servers come from people who are not the
/// operator, so that everything but public addresses over https is refused until it is allowed here.
/// </summary>
public sealed class OutboundOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Outbound";

    /// <summary>Gets or sets a value that tells whether this machine itself may be reached (127.0.0.0/8, ::1). Default false.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Gets or sets a value that tells whether private networks may be reached (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,
    /// fc00::/7). Default false. The metadata addresses of clouds stay refused.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>
    /// Gets or sets the networks that may be reached whatever the other rules say, in CIDR form such as <c>10.1.0.0/16</c> or
    /// <c>fd00:1::/32</c>. Default none. Multicast, broadcast and unspecified addresses stay refused.
    /// </summary>
    public IList<string> AllowedNetworks { get; set; } = [];

    /// <summary>Gets or sets a value that tells whether plain http and ws may be spoken beyond loopback. Default false.</summary>
    public bool AllowHttp { get; set; }
}
