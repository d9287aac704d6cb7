using System.Runtime.CompilerServices;

namespace McpRegistry.Balancing;

/// <summary>Room for the candidates of one pick on the stack of the call.</summary>
[InlineArray(Capacity)]
internal struct EndpointBuffer
{
    /// <summary>A server has up to 32 endpoints; more than these are never candidates at once.</summary>
    public const int Capacity = 64;

    private IEndpointLoad _first;
}
