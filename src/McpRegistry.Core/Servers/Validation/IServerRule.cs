namespace McpRegistry.Servers.Validation;

/// <summary>One group of rules for definitions. It reports every breach and never throws for what a user wrote.</summary>
internal interface IServerRule
{
    void Check(ServerCandidate candidate);
}
