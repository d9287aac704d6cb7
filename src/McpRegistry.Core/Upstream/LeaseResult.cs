using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Upstream;

/// <summary>A borrowed connection, or why there is none.</summary>
internal readonly record struct LeaseResult
{
    private LeaseResult(ConnectionLease? lease, UpstreamFault? fault)
    {
        Lease = lease;
        Fault = fault;
    }

    public ConnectionLease? Lease { get; }

    public UpstreamFault? Fault { get; }

    /// <summary>Gets the endpoint that was chosen; empty when that is not known.</summary>
    public Guid EndpointId { get; init; }

    [MemberNotNullWhen(true, nameof(Lease))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Granted => Lease is not null;

    public static implicit operator LeaseResult(ConnectionLease lease) => new(lease, null);

    public static implicit operator LeaseResult(UpstreamFault fault) => new(null, fault);
}
