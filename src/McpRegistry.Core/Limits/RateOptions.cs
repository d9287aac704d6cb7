namespace McpRegistry.Limits;

/// <summary>
/// Rates of requests, by token buckets: a bucket holds floor(rate × burst) requests and fills by the rate. They count on each
/// replica by itself. Members of <see cref="LimitOptions"/>.
/// </summary>
public sealed class RateOptions
{
    /// <summary>Gets or sets a value that tells whether rates count. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Gets or sets the requests a minute of all callers together. Default 10,000, 1 to 10,000,000.</summary>
    public int Global { get; set; } = 10_000;

    /// <summary>Gets or sets the requests a minute of all callers of a tenant, unless its settings say otherwise. Default 5,000, 1 to 10,000,000.</summary>
    public int Tenant { get; set; } = 5_000;

    /// <summary>Gets or sets the requests a minute of an administrator, and of each of its keys. Default 1,000, 1 to 10,000,000.</summary>
    public int Admin { get; set; } = 1_000;

    /// <summary>Gets or sets the requests a minute of an owner of servers, and of each of its keys. Default 500, 1 to 10,000,000.</summary>
    public int ServerOwner { get; set; } = 500;

    /// <summary>Gets or sets the requests a minute of a service, and of each of its keys. Default 500, 1 to 10,000,000.</summary>
    public int Service { get; set; } = 500;

    /// <summary>Gets or sets the requests a minute of a user, and of each key of a user or of nobody. Default 100, 1 to 10,000,000.</summary>
    public int User { get; set; } = 100;

    /// <summary>Gets or sets the requests a minute of who may only read, and of each of its keys. Default 100, 1 to 10,000,000.</summary>
    public int ReadOnly { get; set; } = 100;

    /// <summary>Gets or sets the requests a minute from an address (IPv6: a /64 network) without a known caller. Default 20, 1 to 10,000,000.</summary>
    public int Anonymous { get; set; } = 20;

    /// <summary>Gets or sets the calls a minute of one tool by all callers. Default null: no limit.</summary>
    public int? Tool { get; set; }

    /// <summary>
    /// Gets the calls a minute of single tools by all callers: by their name on the merged endpoint (<c>alias__tool</c>) for servers of the global tenant, by
    /// <c>TENANT_ID/alias__tool</c> for those of others, or by <c>SERVER_ID__tool</c>, which goes first. Default none.
    /// </summary>
    public Dictionary<string, int> Tools { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets how much more than a minute's rate a full bucket holds, as a factor. Default 2, 0.1 to 100.</summary>
    public double Burst { get; set; } = 2;

    /// <summary>Gets or sets the same factor for tenants. Default 3, 0.1 to 100.</summary>
    public double TenantBurst { get; set; } = 3;

    /// <summary>Gets or sets by how much a tenant may pass its fair share, as a factor. Default 1.5, 1 to 100.</summary>
    public double Overuse { get; set; } = 1.5;

    /// <summary>
    /// Gets or sets after how many refused requests an address is banned; they are forgotten after an hour without any.
    /// Default 1,000, 0 to 1,000,000; 0 bans nobody. Loopback is never banned.
    /// </summary>
    public int BanAfter { get; set; } = 1_000;

    /// <summary>Gets or sets how long a ban lasts. Default 1 hour, 1 s to 30 days.</summary>
    public TimeSpan BanDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how many callers, addresses and tools are told apart; the others share buckets. Default 100,000, 1,000 to 10,000,000.</summary>
    public int Capacity { get; set; } = 100_000;
}
