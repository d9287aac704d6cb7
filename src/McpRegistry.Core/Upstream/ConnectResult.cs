using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Upstream;

/// <summary>A connection that was opened, or why it was not.</summary>
internal readonly record struct ConnectResult
{
    private ConnectResult(UpstreamConnection? connection, UpstreamFault? fault)
    {
        Connection = connection;
        Fault = fault;
    }

    public UpstreamConnection? Connection { get; }

    public UpstreamFault? Fault { get; }

    [MemberNotNullWhen(true, nameof(Connection))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Connected => Connection is not null;

    public static implicit operator ConnectResult(UpstreamConnection connection) => new(connection, null);

    public static implicit operator ConnectResult(UpstreamFault fault) => new(null, fault);
}
