using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>What came of the wish to watch a resource.</summary>
/// <param name="IsAccepted">Whether the server will tell of its changes.</param>
/// <param name="Refusal">The error with which the server refused; null when it only left the resource out.</param>
/// <param name="Fault">Why there was no answer; null when there was one.</param>
internal readonly record struct WatchOutcome(bool IsAccepted, UpstreamMessage? Refusal, UpstreamFault? Fault)
{
    public static WatchOutcome Accepted { get; } = new(true, null, null);

    public static WatchOutcome Omitted { get; } = new(false, null, null);

    public bool IsRefused => !IsAccepted && Fault is null;

    public static WatchOutcome Of(UpstreamReply reply) =>
        !reply.Answered ? new(false, null, reply.Fault) : reply.Message.IsError ? new(false, reply.Message, null) : Accepted;
}
