using McpRegistry.Discovery;
using McpRegistry.Servers;

namespace McpRegistry.Snapshots;

/// <summary>A server as a request sees it: definition, catalogue, condition, and the way to its connections.</summary>
/// <param name="Server">The definition.</param>
/// <param name="Report">The last discovery; null before the first.</param>
/// <param name="Condition">How it is.</param>
/// <param name="Connections">Opens and lends connections.</param>
internal sealed record ServerEntry(RegisteredServer Server, DiscoveryReport? Report, ServerCondition Condition, IServerConnections Connections)
{
    private readonly HeldHints _hints = new(CatalogueHints.Unknown);

    /// <summary>Gets how long the catalogue may be kept.</summary>
    public CatalogueHints Hints
    {
        get => _hints.Current;
        init => _hints = new HeldHints(value);
    }

    /// <summary>Gets a value that tells whether calls and lists include this server.</summary>
    public bool IsServed => !Server.InMaintenance && IsReached;

    /// <summary>Gets a value that tells whether what was begun at this server can go on, also while it gets nothing new.</summary>
    public bool IsReached => Server.Enabled && Condition.Health switch
    {
        ServerHealth.Healthy or ServerHealth.Degraded => true,

        // Right after a start the stored catalogue is the best answer there is; a call waits for the connection.
        ServerHealth.Unknown => Report is { Items.IsEmpty: false },
        _ => false,
    };

    /// <summary>Gets why the server is not served.</summary>
    public DiscoveryFault Absence => !Server.Enabled
        ? new DiscoveryFault(FaultReasons.Disabled, "The server is switched off.")
        : Server.InMaintenance ? new DiscoveryFault(FaultReasons.Maintenance, "The server is in maintenance.")
        : Condition.Fault ?? new DiscoveryFault(FaultReasons.Pending, "The server has not been reached yet.");

    /// <summary>Tells whether the store has nothing that this entry should take over.</summary>
    public bool IsInStepWith(StoredServer stored) => HasDefinition(stored.Server) && !IsOlderThan(stored.Discovery);

    /// <summary>Takes over a definition; the same one again changes nothing, so that an echo publishes no snapshot.</summary>
    public ServerEntry With(RegisteredServer server) => HasDefinition(server) ? this : this with { Server = server };

    /// <summary>
    /// Takes over what another replica discovered, if it did so later and found something else. The condition stays: it says how the
    /// server is seen from here.
    /// </summary>
    public ServerEntry With(DiscoveryReport? report) => IsOlderThan(report) ? this with { Report = report, Hints = CatalogueHints.Unknown } : this;

    /// <summary>Notes that the report was just confirmed: snapshots that are in use go on with it, as nothing else has changed.</summary>
    public void Renew(CatalogueHints hints) => _hints.Current = hints;

    /// <summary>Tells whether the definition has an endpoint of this id.</summary>
    public bool HasEndpoint(Guid id)
    {
        foreach (var endpoint in Server.Endpoints)
        {
            if (endpoint.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasDefinition(RegisteredServer server) => Server.Version == server.Version && ServerEquality.SaySame(Server, server);

    private bool IsOlderThan(DiscoveryReport? report) =>
        report is not null && (Report is null || (report.CompletedAt > Report.CompletedAt && !DiscoveryEquality.SaySame(report, Report)));

    /// <summary>Shared by all entries with one report of one reading.</summary>
    private sealed class HeldHints(CatalogueHints current)
    {
        private volatile CatalogueHints _current = current;

        public CatalogueHints Current
        {
            get => _current;
            set => _current = value;
        }
    }
}
