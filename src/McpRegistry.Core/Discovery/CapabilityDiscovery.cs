using System.Collections.Immutable;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Discovery;

/// <summary>Reads what a server offers, over an open connection, within time and size limits.</summary>
internal sealed class CapabilityDiscovery(IOptions<UpstreamOptions> options, TimeProvider time)
{
    /// <summary>Reads the catalogue. Every failure is in the report; nothing is thrown but a cancellation.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="known">The catalogue so far; it stands in for lists that cannot be read this time.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async ValueTask<CatalogueReading> RunAsync(UpstreamConnection connection, ImmutableArray<CatalogueItem> known, CancellationToken cancellationToken)
    {
        var limits = options.Value;
        var started = time.GetTimestamp();
        var reader = new CatalogueReader(connection, limits.MaxCatalogueBytes, limits.MaxCatalogueItems, time);
        using var timeout = new CancellationTokenSource(limits.DiscoveryTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var faults = ImmutableArray.CreateBuilder<DiscoveryFault>();
        var answering = true;
        var timedOut = false;
        var lists = CatalogueList.All.Where(list => connection.Handshake.HasCapability(list.CapabilityName)).ToArray();
        Array.ForEach(lists, reader.Expect);
        try
        {
            foreach (var list in lists.TakeWhile(_ => answering))
            {
                answering = await reader.ReadAsync(list, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            timedOut = true;
            faults.Add(new DiscoveryFault(FaultReasons.Timeout, $"The server did not list everything within {limits.DiscoveryTimeout.TotalSeconds:0.#} s."));
        }

        faults.AddRange(reader.Faults);
        var report = Report(connection.Handshake, faults.ToImmutable(), time.GetElapsedTime(started)) with
        {
            Health = !answering ? ServerHealth.Unhealthy : faults.Count > 0 ? ServerHealth.Degraded : ServerHealth.Healthy,
            HasItems = answering,
            Items = answering ? reader.ItemsOver(known) : [],
        };
        return new CatalogueReading(report, answering && (timedOut || reader.IsWorthRepeating))
        {
            Hints = answering ? HintsOf(connection.Handshake, reader, lists) : CatalogueHints.Unknown,
        };
    }

    /// <summary>That a server has no such list at all is known for as long as its description is.</summary>
    private static CatalogueHints HintsOf(UpstreamHandshake handshake, CatalogueReader reader, CatalogueList[] declared)
    {
        var self = new ReadHint(handshake.Hint, handshake.ReadAt);
        var others = CatalogueList.All.Except(declared).Select(list => KeyValuePair.Create(list.Kind, self));
        return new CatalogueHints(self, others.Concat(reader.Hints).ToImmutableDictionary());
    }

    /// <summary>The report of a server that could not be connected to.</summary>
    public DiscoveryReport Unreachable(UpstreamFault fault) => new()
    {
        Health = ServerHealth.Unhealthy,
        CompletedAt = time.GetUtcNow(),
        Faults = [new DiscoveryFault(fault.Reason, fault.Message)],
    };

    private DiscoveryReport Report(UpstreamHandshake handshake, ImmutableArray<DiscoveryFault> faults, TimeSpan duration) => new()
    {
        Health = ServerHealth.Healthy,
        CompletedAt = time.GetUtcNow(),
        Duration = duration,
        Faults = faults,
        Era = handshake.Era,
        ProtocolVersion = handshake.Revision,
        ServerInfo = handshake.ServerInfo,
        Capabilities = handshake.Capabilities,
        Instructions = handshake.Instructions,
    };
}
