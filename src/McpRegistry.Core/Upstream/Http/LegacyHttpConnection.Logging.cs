using McpRegistry.Protocol;

namespace McpRegistry.Upstream.Http;

/// <content>The log level that a client chooses for its own session.</content>
internal sealed partial class LegacyHttpConnection
{
    public override ValueTask SetLogLevelAsync(LogLevel level, CancellationToken cancellationToken) =>
        Volatile.Read(ref _session).SetLogLevelAsync(_channel, Handshake, level, NextId(), cancellationToken);
}
