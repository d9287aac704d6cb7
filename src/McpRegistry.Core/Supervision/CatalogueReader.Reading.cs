using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <content>One reading: at which endpoint, and what becomes of what it finds.</content>
internal sealed partial class CatalogueReader
{
    private async Task<CatalogueReading> ReadOnceAsync()
    {
        var (announced, isTold) = TakeAnnounced();
        var known = _context.KnownReport(_server.Server.Id);
        var reading = await ReadAtAsync(_server.Choose(), announced, lost: 0).ConfigureAwait(false);
        if (isTold)
        {
            lock (_lock)
            {
                _pace.Read(foundNew: known is null || !DiscoveryEquality.SaySame(known, reading.Report));
            }
        }

        return reading;
    }

    private async Task<CatalogueReading> ReadAtAsync(SupervisedEndpoint endpoint, ListKinds announced, int lost)
    {
        var result = await endpoint.GetAsync(_stopped).ConfigureAwait(false);
        if (!result.Connected)
        {
            if (lost < MaxLostConnections && Elsewhere(endpoint, null) is { } connected)
            {
                return await ReadAtAsync(connected, announced, lost + 1).ConfigureAwait(false);
            }

            var unreachable = await SaveAsync(_context.Discovery.Unreachable(result.Fault), CatalogueHints.Unknown).ConfigureAwait(false);
            return new CatalogueReading(unreachable, IsWorthRepeating: false);
        }

        var source = new CatalogueSource(endpoint, result.Connection.Handshake);
        var reading = await _context.Discovery.RunAsync(result.Connection, _context.KnownItems(_server.Server.Id), _stopped).ConfigureAwait(false);
        if (!reading.Report.HasItems && lost < MaxLostConnections && Elsewhere(endpoint, result.Connection) is { } other)
        {
            // That says nothing about the other endpoints, nor about a connection that has come instead.
            endpoint.Suspect(result.Connection);
            return await ReadAtAsync(other, announced, lost + 1).ConfigureAwait(false);
        }

        if (!reading.Report.HasItems && lost < MaxLostConnections && _context.IsReached(_server.Server.Id)
            && await IsReplacedAsync(endpoint, result.Connection).ConfigureAwait(false))
        {
            // One request that was lost must not take the server away from all; if its new connection fails too, that says enough.
            return await ReadAtAsync(endpoint, announced, MaxLostConnections).ConfigureAwait(false);
        }

        _source = source;
        var saved = await SaveAsync(reading.Report, reading.Hints, announced).ConfigureAwait(false);
        if (!reading.Report.HasItems)
        {
            // The server is not served from here on, so that no failing call will have its connection checked.
            endpoint.Suspect(result.Connection);
        }

        return reading with { Report = saved };
    }

    /// <summary>Finds a connection that has not failed the reading; null where there is none.</summary>
    private SupervisedEndpoint? Elsewhere(SupervisedEndpoint endpoint, UpstreamConnection? failed) =>
        _server.Choose(endpoint) is { Connection: { } connection } other && !ReferenceEquals(connection, failed) ? other : null;

    /// <summary>Has a connection that failed the reading replaced; false when none has come in the time that a reading may take.</summary>
    private async ValueTask<bool> IsReplacedAsync(SupervisedEndpoint endpoint, UpstreamConnection failed)
    {
        using var timeout = new CancellationTokenSource(_context.Options.Value.DiscoveryTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopped);
        try
        {
            return (await endpoint.ReplaceAsync(failed, either.Token).ConfigureAwait(false)).Connected;
        }
        catch (OperationCanceledException) when (!_stopped.IsCancellationRequested)
        {
            return false;
        }
    }

    private (ListKinds Announced, bool IsTold) TakeAnnounced()
    {
        lock (_lock)
        {
            var announced = (_announced, _isTold);
            (_announced, _isTold) = (ListKinds.None, false);
            return announced;
        }
    }

    private Task<DiscoveryReport> SaveAsync(DiscoveryReport report, CatalogueHints hints, ListKinds announced = ListKinds.None)
    {
        bool isAsked;
        lock (_lock)
        {
            (isAsked, _asked) = (_asked, false);
        }

        var health = _server.HasFailedEndpoint && report.Health == ServerHealth.Healthy ? ServerHealth.Degraded : report.Health;
        return _context.SaveAsync(_server, report with { Health = health }, hints, announced, isAsked, _stopped);
    }
}
