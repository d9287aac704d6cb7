using McpRegistry.Balancing;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Supervision;

/// <summary>The endpoints of a server in its order: which of them can take a call now.</summary>
internal sealed class CallableEndpoints(SupervisedEndpoint[] endpoints)
{
    /// <summary>Returns the first connected endpoint if there is one; one whose breaker lets no call through comes after the others.</summary>
    public SupervisedEndpoint First() =>
        Array.Find(endpoints, static endpoint => endpoint is { Connection: not null, Endpoint.Weight: > 0, Load.Breaker.Admits: true })
        ?? Array.Find(endpoints, static endpoint => endpoint is { Connection: not null, Load.Breaker.Admits: true })
        ?? Array.Find(endpoints, static endpoint => endpoint is { Connection: not null, Endpoint.Weight: > 0 })
        ?? Array.Find(endpoints, static endpoint => endpoint.Connection is not null)
        ?? endpoints[0];

    /// <summary>Returns the first one that is not a certain one, which comes after all others.</summary>
    public SupervisedEndpoint FirstBut(SupervisedEndpoint? except) =>
        Array.Find(endpoints, endpoint => endpoint != except && endpoint is { Connection: not null, Endpoint.Weight: > 0, Load.Breaker.Admits: true }) ?? First();

    /// <summary>Finds what calls are spread over. The catalogue is that of the first endpoint, and so are the words in which it is called.</summary>
    /// <param name="buffer">Takes them.</param>
    /// <param name="avoiding">A call that has failed at some; null for all of them.</param>
    public Span<IEndpointLoad> Candidates(Span<IEndpointLoad> buffer, ISessionOwner? avoiding = null)
    {
        var era = First().Connection?.Handshake.Era;
        var count = 0;
        foreach (var endpoint in endpoints)
        {
            if (endpoint is { Connection: { } connection, Endpoint.Weight: > 0 } && connection.Handshake.Era == era && count < EndpointBuffer.Capacity
                && avoiding?.Avoids(endpoint.Endpoint.Id) != true)
            {
                buffer[count++] = endpoint.Load;
            }
        }

        return buffer[..count];
    }

    /// <summary>Finds a place for a call that has failed elsewhere; null for one that has not.</summary>
    public SupervisedEndpoint? Other(ISessionOwner owner)
    {
        if (!owner.HasFailed)
        {
            return null;
        }

        var era = First().Connection?.Handshake.Era;
        foreach (var endpoint in endpoints)
        {
            if (CanTake(owner, endpoint, era))
            {
                return endpoint;
            }
        }

        return null;
    }

    /// <summary>Asks the breaker of each that can take a call, and rather of one that has failed it once more than of none.</summary>
    public bool TryEnter(ISessionOwner owner, out EndpointEntry entry)
    {
        var era = First().Connection?.Handshake.Era;
        foreach (var endpoint in endpoints)
        {
            if (CanTake(owner, endpoint, era) && (entry = EndpointEntry.Of(endpoint)).IsOpen)
            {
                return true;
            }
        }

        foreach (var failed in endpoints)
        {
            if (owner.Avoids(failed.Endpoint.Id) && MayTake(failed, era) && (entry = EndpointEntry.Of(failed)).IsOpen)
            {
                return true;
            }
        }

        entry = default;
        return false;
    }

    /// <summary>Tells whether a call may be given to any endpoint, or to any but one.</summary>
    public bool CanTake(ISessionOwner owner, Guid? but = null)
    {
        var era = First().Connection?.Handshake.Era;
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Endpoint.Id != but && CanTake(owner, endpoint, era))
            {
                return true;
            }
        }

        return false;
    }

    public SupervisedEndpoint? Find(Guid id)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Endpoint.Id == id)
            {
                return endpoint;
            }
        }

        return null;
    }

    /// <param name="owner">Whose call it is.</param>
    /// <param name="endpoint">Where it may go.</param>
    /// <param name="era">That of the first endpoint, in whose words the server is called.</param>
    private static bool CanTake(ISessionOwner owner, SupervisedEndpoint endpoint, ProtocolEra? era) => MayTake(endpoint, era) && !owner.Avoids(endpoint.Endpoint.Id);

    private static bool MayTake(SupervisedEndpoint endpoint, ProtocolEra? era) =>
        endpoint is { Connection: { } connection, Endpoint.Weight: > 0, Load.Breaker.Admits: true } && connection.Handshake.Era == era;
}
