namespace McpRegistry.Gateway.Active;

/// <summary>What a call is doing. The names are part of <c>router/requests</c>.</summary>
internal enum ActiveCallState
{
    /// <summary>It waits for a place, a connection or an answer of its server.</summary>
    Running,

    /// <summary>Its client is being asked something.</summary>
    Asking,

    /// <summary>Its client was told what is asked and is away; the call waits for it.</summary>
    Suspended,
}
