namespace McpRegistry.Servers;

/// <summary>Who defined a server, and so who may change it.</summary>
public enum ServerOrigin
{
    /// <summary>Registered over REST; changed and deleted over REST.</summary>
    Api,

    /// <summary>Read from <c>McpRegistry:Servers</c>; follows the configuration at every start.</summary>
    Configuration,

    /// <summary>Added by the host with <c>AddServer</c>; follows the code at every start.</summary>
    Code,
}
