namespace McpRegistry.Limits;

/// <summary>What a tenant has used of the last five minutes, and may use of them as things are.</summary>
internal sealed record FairShareStatus(long Used, long Allowed);
