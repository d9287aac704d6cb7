namespace McpRegistry.Limits;

/// <summary>A quota as it is now: calls that were reported as made, and what no replica has leased.</summary>
internal sealed record QuotaStatus(string Limit, int Max, long Used, long Leased, long Remaining, DateTimeOffset ResetsAt);
