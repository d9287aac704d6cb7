using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Takes what one client wants to hear of a server. Its methods return at once; the server's stream waits for them.</summary>
internal interface IWatchSink
{
    /// <summary>The client's own session told that lists changed.</summary>
    void Changed(ListKinds kinds);

    /// <summary>A resource changed, or may have.</summary>
    /// <param name="uri">Which one.</param>
    /// <param name="parameters">What the server said, raw; empty when the gateway says it.</param>
    void Updated(string uri, ReadOnlyMemory<byte> parameters);

    /// <summary>The client's own session sent something else that belongs to no request.</summary>
    /// <param name="alias">The server.</param>
    /// <param name="notification">What it sent.</param>
    void Heard(string alias, UpstreamMessage notification)
    {
    }

    /// <summary>The client's own session asks something that belongs to no request.</summary>
    /// <param name="alias">The server; another one may give its questions the same ids.</param>
    /// <param name="question">What it asks.</param>
    /// <returns>False when the client cannot answer it.</returns>
    bool TryAsk(string alias, UpstreamQuestion question) => false;
}
