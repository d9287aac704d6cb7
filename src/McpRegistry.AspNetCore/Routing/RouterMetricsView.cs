using System.Collections.Immutable;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Balancing;
using McpRegistry.Resilience;
using McpRegistry.Snapshots;

namespace McpRegistry.AspNetCore.Routing;

/// <param name="Servers">The servers.</param>
/// <param name="NextCursor">The cursor of the next page; null for the last one.</param>
/// <param name="Instance">The replica that answers, where others are shown too.</param>
internal sealed record RouterMetricsView(ImmutableArray<ServerMetricsView> Servers, string? NextCursor, string? Instance = null);

internal sealed record ServerMetricsView(
    Guid Id, string Alias, int InFlight, long Total, long Failed, QueueView? Queue, ImmutableArray<EndpointMetricsView> Endpoints, IReadOnlyList<ReplicaView>? Replicas = null)
{
    public static ServerMetricsView Of(ServerEntry entry, IReadOnlyList<ReplicaView>? replicas)
    {
        ImmutableArray<EndpointMetricsView> endpoints = [.. entry.Connections.Endpoints.Select(EndpointMetricsView.Of)];
        return new ServerMetricsView(
            entry.Server.Id,
            entry.Server.Alias,
            endpoints.Sum(static endpoint => endpoint.InFlight),
            endpoints.Sum(static endpoint => endpoint.Total),
            endpoints.Sum(static endpoint => endpoint.Failed),
            entry.Connections.Gate is { } gate ? new QueueView(gate.Running, gate.Waiting) : null,
            endpoints,
            replicas);
    }
}

/// <summary>How many calls have a place at a server, and how many wait for one.</summary>
internal sealed record QueueView(int Running, int Waiting);

internal sealed record EndpointMetricsView(
    Guid Id, string? Zone, int Weight, bool IsConnected, string Condition, string Circuit, double Share, int InFlight, long Total, long Failed, long Refused, double SuccessRate, long? RefusingForMs,
    LatencyView? LatencyMs)
{
    public static EndpointMetricsView Of(KnownEndpoint known) => new(
        known.Load.Endpoint.Id,
        known.Load.Definition.Zone,
        known.Load.Definition.Weight,
        known.IsConnected,
        WireNames<EndpointCondition>.Of(known.Load.Condition),
        WireNames<CircuitState>.Of(known.Load.Breaker.State),
        Math.Round(known.Load.Warmth, 3),
        known.Load.InFlight,
        known.Load.Total,
        known.Load.Failed,
        known.Load.Refused,
        Math.Round(known.Load.SuccessRate, 4),
        (long?)known.Load.HeldBackFor?.TotalMilliseconds,
        LatencyView.Of(known.Load));
}

/// <summary>Milliseconds, over a decaying window.</summary>
internal sealed record LatencyView(double P50, double P90, double P95, double P99)
{
    private static readonly double[] Parts = [0.5, 0.9, 0.95, 0.99];

    public static LatencyView? Of(EndpointLoad load)
    {
        Span<TimeSpan> values = stackalloc TimeSpan[Parts.Length];
        return load.TryReadLatencies(Parts, values) ? new LatencyView(Milliseconds(values[0]), Milliseconds(values[1]), Milliseconds(values[2]), Milliseconds(values[3])) : null;
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
