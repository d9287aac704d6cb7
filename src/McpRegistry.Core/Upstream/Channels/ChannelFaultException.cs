namespace McpRegistry.Upstream.Channels;

/// <summary>What a transport completes its channel with when it can say why the channel ended.</summary>
internal sealed class ChannelFaultException(UpstreamFault fault, Exception? innerException = null) : IOException(fault.Message, innerException)
{
    /// <summary>Gets why; safe to show to callers.</summary>
    public UpstreamFault Fault { get; } = fault;
}
