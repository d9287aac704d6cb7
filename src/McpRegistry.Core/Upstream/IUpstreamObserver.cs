using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>Hears what an upstream sends before the answer of one request: notifications, and questions to the client.</summary>
internal interface IUpstreamObserver
{
    /// <summary>Gets a value that tells whether a server may ask during the call, be it that its client can answer or not.</summary>
    bool MayBeMeant => false;

    /// <summary>Passes a notification on. One that takes a question back returns at once, as all do of a subscription.</summary>
    ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken);

    /// <summary>Takes a question, to be answered later. Returns at once; the stream is not read while it runs.</summary>
    /// <returns>False when nobody can answer it, so that the connection refuses it.</returns>
    bool TryAsk(UpstreamQuestion question) => false;
}
