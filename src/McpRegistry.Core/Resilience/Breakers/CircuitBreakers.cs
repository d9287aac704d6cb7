using McpRegistry.Gateway;
using McpRegistry.Servers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>The breakers of the endpoints that this replica supervises. One outlives a change of its server, as the endpoint does.</summary>
internal sealed class CircuitBreakers(
    IOptions<CircuitBreakerOptions> options,
    TimeProvider time,
    ILogger<CircuitBreakers> log,
    IOptions<GatewayOptions>? gateway = null,
    CircuitStateWriter? writer = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (EndpointBreaker Breaker, int Users)> _breakers = [];
    private readonly CircuitSettings _settings = new(
        options.Value, new CircuitFaults(options), time, gateway?.Value.InstanceName, log, writer is null ? null : writer.Write);

    /// <summary>Gets the breaker of an endpoint, until it is given back.</summary>
    public EndpointBreaker Take(RegisteredServer server, ServerEndpoint endpoint)
    {
        lock (_lock)
        {
            var (breaker, users) = _breakers.GetValueOrDefault(endpoint.Id);
            breaker ??= new EndpointBreaker(server.Tenant, server.Id, endpoint.Id, _settings);
            _breakers[endpoint.Id] = (breaker, users + 1);
            return breaker;
        }
    }

    public void GiveBack(EndpointBreaker breaker)
    {
        lock (_lock)
        {
            var (_, users) = _breakers.GetValueOrDefault(breaker.EndpointId);
            if (users > 1)
            {
                _breakers[breaker.EndpointId] = (breaker, users - 1);
            }
            else
            {
                _breakers.Remove(breaker.EndpointId);
            }
        }
    }

    public EndpointBreaker? Find(Guid endpointId)
    {
        lock (_lock)
        {
            return _breakers.GetValueOrDefault(endpointId).Breaker;
        }
    }

    /// <summary>Returns all of them, by endpoint.</summary>
    public EndpointBreaker[] All()
    {
        lock (_lock)
        {
            return [.. _breakers.Values.Select(static entry => entry.Breaker).OrderBy(static breaker => breaker.EndpointId)];
        }
    }
}
