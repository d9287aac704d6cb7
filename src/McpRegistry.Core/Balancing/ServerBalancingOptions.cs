namespace McpRegistry.Balancing;

/// <summary>How calls are spread over the endpoints of one server.</summary>
public sealed class ServerBalancingOptions
{
    /// <summary>Gets or sets the policy, in the place of <see cref="BalancingOptions.Policy"/>; null (the default) leaves that.</summary>
    public string? Policy { get; set; }

    /// <summary>Gets or sets whose calls go to one endpoint by <c>consistent_hash</c>, in the place of <see cref="BalancingOptions.Key"/>; null (the default) leaves that.</summary>
    public BalancingKey? Key { get; set; }
}
