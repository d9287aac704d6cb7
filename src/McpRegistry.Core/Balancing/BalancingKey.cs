namespace McpRegistry.Balancing;

/// <summary>Whose calls go to one endpoint where a policy goes by keys.</summary>
public enum BalancingKey
{
    /// <summary>Those of one key or user.</summary>
    Principal,

    /// <summary>Those of one session of a client; of one principal where the client has no session.</summary>
    Session,

    /// <summary>Those of one tenant.</summary>
    Tenant,

    /// <summary>Those that come from one address; of one principal where there is no address.</summary>
    Address,
}
