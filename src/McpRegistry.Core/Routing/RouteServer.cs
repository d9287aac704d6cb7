using System.Text;

namespace McpRegistry.Routing;

/// <summary>A server, or one endpoint of it, that a rule may send a call to.</summary>
/// <param name="Alias">The server, as the caller's tenant sees it.</param>
/// <param name="Endpoint">The endpoint; null leaves the choice among them to the server.</param>
/// <param name="Weight">Its part of the calls, compared with the others; 0 for none.</param>
/// <param name="IsPreferred">Whether those of its list that are not wait until no preferred one is usable.</param>
internal sealed record RouteServer(string Alias, Guid? Endpoint, int Weight, bool IsPreferred = false)
{
    /// <summary>Gets what tells it from the others when a key is assigned; the same on every replica and after a restart.</summary>
    public ulong Hash { get; } = StableHash.Of(Encoding.UTF8.GetBytes(Endpoint is { } id ? $"{Alias}/{id}" : Alias));
}
