using System.Collections.Immutable;
using McpRegistry.Discovery;
using McpRegistry.Gateway.Caching;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>Where supervised servers leave what they learn: the store and the snapshot.</summary>
internal sealed class SupervisionContext(
    CapabilityDiscovery discovery,
    IServerStore store,
    RegistrySnapshots snapshots,
    ResponseCache responses,
    IOptions<UpstreamOptions> options,
    TimeProvider time,
    ILogger<SupervisionContext> logger)
{
    private static readonly DiscoveryFault Returned = new(FaultReasons.Pending, "The server was reached again; its catalogue is being read.");

    public CapabilityDiscovery Discovery => discovery;

    /// <summary>Gets what is kept of the servers' answers, which ends with what is learnt here.</summary>
    public ResponseCache Responses => responses;

    public IOptions<UpstreamOptions> Options => options;

    public TimeProvider Time => time;

    public ILogger Log => logger;

    public DiscoveryReport? KnownReport(Guid id) => snapshots.Current.Servers.GetValueOrDefault(id)?.Report;

    public ImmutableArray<CatalogueItem> KnownItems(Guid id) => KnownReport(id)?.Items ?? [];

    /// <summary>Tells whether the last that was learnt of a server is that it answers.</summary>
    public bool IsKnownGood(Guid id) => snapshots.Current.Servers.GetValueOrDefault(id)?.Condition.Health is ServerHealth.Healthy or ServerHealth.Degraded;

    /// <summary>Tells whether calls reach a server by what is known of it now.</summary>
    public bool IsReached(Guid id) => snapshots.Current.Servers.GetValueOrDefault(id) is { IsReached: true };

    /// <summary>Shows a change of state at once, before any discovery.</summary>
    /// <param name="owner">Who says so; one that was replaced meanwhile has no say.</param>
    /// <param name="id">The server.</param>
    /// <param name="health">Its health.</param>
    /// <param name="fault">Why.</param>
    public void Publish(IServerConnections owner, Guid id, ServerHealth health, DiscoveryFault fault) => snapshots.Change(id, entry =>
        ReferenceEquals(entry.Connections, owner) ? entry with { Condition = Next(entry.Condition, health, fault) } : entry);

    /// <summary>
    /// Shows that a server which was lost is there again: calls go by what is known of it until its catalogue was read anew.
    /// </summary>
    /// <param name="owner">Who says so; one that was replaced meanwhile has no say.</param>
    /// <param name="id">The server.</param>
    public void PublishReturn(IServerConnections owner, Guid id) => snapshots.Change(id, entry =>
        ReferenceEquals(entry.Connections, owner) && entry.Condition.Health == ServerHealth.Unhealthy
            ? entry with { Condition = Next(entry.Condition, ServerHealth.Unknown, Returned) }
            : entry);

    /// <summary>
    /// Publishes a report, then stores it, unless the store has just that already. A store that fails now keeps the older report; the
    /// next one replaces it.
    /// </summary>
    /// <param name="owner">Who found it out; the report of one that was replaced meanwhile is about another definition and dropped.</param>
    /// <param name="report">What was found.</param>
    /// <param name="hints">How long that may be kept.</param>
    /// <param name="announced">The lists of which the server said, before the reading, that they changed.</param>
    /// <param name="isAsked">Whether somebody asked for the report, who is to find it in the store in any case.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public async Task<DiscoveryReport> SaveAsync(
        SupervisedServer owner, DiscoveryReport report, CatalogueHints hints, ListKinds announced, bool isAsked, CancellationToken cancellationToken)
    {
        var server = owner.Server;
        var known = KnownReport(server.Id);
        report = Complete(report, known);
        Warn(server, report, known);
        var isKnown = known is not null && DiscoveryEquality.SaySame(known, report);
        snapshots.Change(server.Id, entry => !ReferenceEquals(entry.Connections, owner)
            ? entry
            : Next(entry, isKnown && ReferenceEquals(entry.Report, known) ? known! : report, hints));
        Announce(owner, server.Id, announced);
        if (ReferenceEquals(snapshots.Current.Servers.GetValueOrDefault(server.Id)?.Connections, owner)
            && (isAsked || !owner.Stored.Has(report, options.Value.MaxReconnectDelay * CatalogueReader.LongestRepeatInReconnects)))
        {
            await StoreAsync(owner, report, cancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    private async Task StoreAsync(SupervisedServer owner, DiscoveryReport report, CancellationToken cancellationToken)
    {
        var (server, mark) = (owner.Server, owner.Stored.Mark);
        DiscoveryReport? stored = null;
        try
        {
            var saved = await store.SaveDiscoveryAsync(server.Tenant, server.Id, report, cancellationToken).ConfigureAwait(false);
            if (saved.Succeeded)
            {
                stored = report;
                logger.Discovered(server.Alias, report.Health, saved.Value.Added, saved.Value.Changed, saved.Value.Removed, report.Duration.TotalMilliseconds);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.ReportNotStored(server.Alias, exception);
        }
        finally
        {
            owner.Stored.Wrote(mark, stored);
        }
    }

    /// <summary>
    /// Passes on what a server announced, once its catalogue was read: the reading may have found no difference where a client
    /// of its own would, and what was found is announced already.
    /// </summary>
    private void Announce(IServerConnections owner, Guid id, ListKinds kinds)
    {
        if (kinds != ListKinds.None && snapshots.Current.Servers.GetValueOrDefault(id) is { IsServed: true, Report: { } report } entry && ReferenceEquals(entry.Connections, owner))
        {
            snapshots.Changes.Announce(entry.Server, kinds & ListKindNames.Offered(report.Capabilities.Span));
        }
    }

    /// <summary>A server that cannot be reached is still the server it was: who it is and what it offers stays known.</summary>
    private static DiscoveryReport Complete(DiscoveryReport report, DiscoveryReport? known) => known is null || report.HasItems
        ? report
        : report with
        {
            Era = report.Era ?? known.Era,
            ProtocolVersion = report.ProtocolVersion ?? known.ProtocolVersion,
            ServerInfo = report.ServerInfo.IsEmpty ? known.ServerInfo : report.ServerInfo,
            Capabilities = report.Capabilities.IsEmpty ? known.Capabilities : report.Capabilities,
            Instructions = report.Instructions ?? known.Instructions,
            Items = known.Items,
        };

    /// <summary>What a reading left out is told once, and not again each time the server is read.</summary>
    private void Warn(RegisteredServer server, DiscoveryReport report, DiscoveryReport? known)
    {
        if (known is not null && known.Faults.SequenceEqual(report.Faults))
        {
            return;
        }

        foreach (var fault in report.HasItems ? report.Faults : [])
        {
            logger.IncompleteCatalogue(server.Alias, fault.Reason, fault.Message);
        }
    }

    /// <summary>
    /// What is made of a report is kept with it, and what is made of a whole snapshot too: a reading that finds what is known has
    /// nothing of that built again.
    /// </summary>
    private ServerEntry Next(ServerEntry current, DiscoveryReport report, CatalogueHints hints)
    {
        var condition = Next(current.Condition, report.Health, report.Faults.FirstOrDefault());
        if (ReferenceEquals(report, current.Report) && ReferenceEquals(condition, current.Condition))
        {
            current.Renew(hints);
            return current;
        }

        return current with { Report = report, Hints = hints, Condition = condition };
    }

    private ServerCondition Next(ServerCondition current, ServerHealth health, DiscoveryFault? fault) =>
        current.Health == health && current.Fault == fault ? current : new ServerCondition(health, fault, time.GetUtcNow());
}
