namespace McpRegistry.Limits;

/// <summary>A bucket as it is now.</summary>
internal sealed record RateStatus(string Limit, int PerMinute, int Capacity, int Remaining);
