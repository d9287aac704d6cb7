using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>Hears what an upstream sends that belongs to no request. Its methods return at once; the stream waits for them.</summary>
internal interface IUpstreamListener
{
    /// <summary>Tells that the server is heard: what it says from here on is not missed.</summary>
    void Opened()
    {
    }

    void Notified(UpstreamMessage notification);

    /// <summary>Tells of a gap in which notifications may have been missed.</summary>
    void Missed();

    /// <summary>Takes a question, to be answered later.</summary>
    /// <returns>False when nobody here can answer it.</returns>
    bool TryAsk(UpstreamQuestion question) => false;

    /// <summary>Tells that nothing more will come.</summary>
    /// <param name="fault">Why the connection ended; null when it goes on and only cannot be listened to.</param>
    void Ended(UpstreamFault? fault)
    {
    }
}
