using System.Diagnostics;

namespace McpRegistry.Upstream.Http;

/// <summary>Writes the trace context into the headers of a request to an upstream, and leaves out the baggage, which may say anything of the caller.</summary>
internal sealed class BoundaryPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    private static readonly string[] Kept = ["traceparent", "tracestate", "Request-Id"];

    public override IReadOnlyCollection<string> Fields => Kept;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        inner.Inject(activity, carrier, setter is null ? null : (target, name, value) =>
        {
            if (Kept.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                setter(target, name, value);
            }
        });

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
