using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Supervision;

/// <summary>What all supervised endpoints share.</summary>
/// <param name="Connector">Opens connections.</param>
/// <param name="Options">Times and limits.</param>
/// <param name="Time">The clock.</param>
/// <param name="Gate">Bounds how many servers are connected to at once.</param>
/// <param name="Jitter">Gives a number from 0 to 1.</param>
internal sealed record EndpointContext(
    IUpstreamConnector Connector, IOptions<UpstreamOptions> Options, TimeProvider Time, SemaphoreSlim Gate, Func<double> Jitter);
