using McpRegistry.Servers;

namespace McpRegistry.Balancing;

/// <summary>What this replica knows of an endpoint from the calls that it sent there. Each property may change at any time.</summary>
public interface IEndpointLoad
{
    /// <summary>Gets the endpoint; its weight is greater than 0 where it is a candidate.</summary>
    ServerEndpoint Endpoint { get; }

    /// <summary>Gets the place of the endpoint among all of its server, from 0; it stays the same whoever else is a candidate.</summary>
    int Ordinal { get; }

    /// <summary>Gets how many calls are with the endpoint now.</summary>
    int InFlight { get; }

    /// <summary>
    /// Gets the part of calls that did not fail, 0 to 1, over a decaying window; 1 when nothing is known. Calls that the endpoint refused, as by HTTP 401 or 429, are left
    /// out of it, and of the latencies.
    /// </summary>
    double SuccessRate { get; }

    /// <summary>Gets the mean time to an answer over a decaying window; zero when nothing is known.</summary>
    TimeSpan MeanLatency { get; }

    /// <summary>
    /// Gets an average of the time to an answer that follows a rise at once and a fall slowly, and fades while there are no calls;
    /// zero when nothing is known.
    /// </summary>
    TimeSpan PeakLatency { get; }
}
