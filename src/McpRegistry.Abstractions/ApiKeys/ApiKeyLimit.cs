namespace McpRegistry.ApiKeys;

/// <summary>The limit that refused a use of a key; nothing of it remains.</summary>
/// <param name="Name">One of <c>key_hour</c>, <c>key_day</c>, <c>tenant_hour</c> and <c>tenant_day</c>.</param>
/// <param name="Calls">The calls that it allows in its window, at least 1.</param>
public sealed record ApiKeyLimit(string Name, int Calls);
