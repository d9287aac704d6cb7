using McpRegistry.Protocol;

namespace McpRegistry.Gateway.Bridging;

/// <summary>What a client is told whose <c>requestState</c> leads nowhere. Only one that is told so starts over.</summary>
internal static class StateErrors
{
    /// <summary>Too old, of a gateway process that has ended, or given up for another reason.</summary>
    public static GatewayError Expired { get; } = Of("The state of this call has expired; make the call again without requestState.", "state_expired");

    /// <summary>Changed, made up, or somebody else's: which of them is nobody's business.</summary>
    public static GatewayError Invalid { get; } = Of("The requestState was not given out for this caller; make the call again without it.", "state_invalid");

    public static GatewayError Mismatch { get; } = Of("The requestState belongs to another request; repeat the request with the same method, name and arguments.", "state_mismatch");

    public static GatewayError Used { get; } = Of("The requestState was answered before; answer the latest one that was given out for the call.", "state_used");

    private static GatewayError Of(string message, string reason) => new(ErrorCodes.InvalidParams, message, reason);
}
