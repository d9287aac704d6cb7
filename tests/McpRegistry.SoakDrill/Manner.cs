namespace McpRegistry.SoakDrill;

/// <summary>How a client goes.</summary>
internal enum Manner
{
    /// <summary>Properly: with DELETE, and by closing its streams and connections.</summary>
    Ends,

    /// <summary>Its connections are reset.</summary>
    IsReset,

    /// <summary>Its connections are gone, and nobody tells the gateway: no FIN, no RST, as when a machine loses its power.</summary>
    FallsSilent,

    /// <summary>Its connections are reset while a call runs, or waits for its answer.</summary>
    IsResetWithACall,
}
