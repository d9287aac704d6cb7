using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.Telemetry;
using McpRegistry.TestSupport;

namespace McpRegistry.EndToEnd.Tests.Routing;

/// <summary>What a gateway counts of the copies that it made, though others run beside it.</summary>
internal sealed class MirroredOutcomes : IDisposable
{
    private readonly ConcurrentQueue<string> _outcomes = new();
    private readonly MeterListener _listener = new();

    public MirroredOutcomes(GatewayHost gateway)
    {
        var meter = gateway.Get<RegistryMeter>().Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "mcpregistry.routing.mirrored")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _outcomes.Enqueue(string.Join(' ', tags.ToArray().Select(static tag => tag.Value))));
        _listener.Start();
    }

    /// <summary>Waits until so many were counted, and returns each by its server and outcome, in their order.</summary>
    public async Task<string[]> WaitAsync(int count, CancellationToken cancellationToken)
    {
        await Patience.UntilAsync(() => _outcomes.Count >= count, $"{count} copies are counted", cancellationToken);
        return [.. _outcomes];
    }

    public void Dispose() => _listener.Dispose();
}
