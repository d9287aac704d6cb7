using System.Diagnostics.CodeAnalysis;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>The end of a request to an upstream: its response (result or JSON-RPC error), or a fault.</summary>
internal readonly record struct UpstreamReply
{
    private UpstreamReply(UpstreamMessage? message, UpstreamFault? fault)
    {
        Message = message;
        Fault = fault;
    }

    public UpstreamMessage? Message { get; }

    public UpstreamFault? Fault { get; }

    /// <summary>Gets the HTTP status that the response came with; 0 when it was not HTTP, or there is none.</summary>
    public int HttpStatus { get; init; }

    [MemberNotNullWhen(true, nameof(Message))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Answered => Message is not null;

    public static implicit operator UpstreamReply(UpstreamMessage message) => new(message, null);

    public static implicit operator UpstreamReply(UpstreamFault fault) => new(null, fault);

    public static UpstreamReply Failed(string reason, string message, bool mayHaveRun = true) =>
        new(null, new UpstreamFault(reason, message, mayHaveRun));
}
