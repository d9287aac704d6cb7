using McpRegistry.ApiKeys;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing;

/// <summary>Takes out of a call what it is assigned by.</summary>
internal static class RouteKeyReader
{
    /// <summary>Reads the key of a call as a number; null when the call has none.</summary>
    public static ulong? Read(RouteKey key, in RouteFacts facts) => key.Source switch
    {
        RouteKeySource.Principal => StableHash.Of(facts.Caller.PrincipalId),
        RouteKeySource.Session => StableHash.Of(facts.Session ?? facts.Caller.PrincipalId),
        RouteKeySource.Header => facts.Header(key.Header!) is { } value ? StableHash.Of(value) : null,
        _ => facts.Address is { } address ? OfAddress(ClientAddress.Of(address)) : null,
    };

    /// <summary>Returns the key of an address.</summary>
    public static ulong OfAddress(ClientAddress address) => StableHash.Combine((ulong)(address.Bits >> 64), (ulong)address.Bits);
}
