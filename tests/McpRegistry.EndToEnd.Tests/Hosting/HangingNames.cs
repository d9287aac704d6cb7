using System.Collections.Concurrent;
using System.Net;
using McpRegistry.Upstream;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>Names of this machine to which no connection comes about while a test says so, as if its packets were lost.</summary>
internal sealed class HangingNames : IAddressResolver
{
    private readonly ConcurrentDictionary<string, int> _hanging = new(StringComparer.Ordinal);

    /// <summary>Has the next connections to a host, which may be written with its port, hang.</summary>
    public void Hang(string host, int connections = int.MaxValue) => _hanging[host.Split(':')[0]] = connections;

    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (_hanging.TryGetValue(host, out var left) && left > 0)
        {
            _hanging[host] = left - 1;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return [IPAddress.Loopback];
    }
}
