namespace McpRegistry.Limits;

/// <summary>One hour or day of one quota.</summary>
/// <param name="Subject">Whose quota it is: the id of an API key or of a tenant. Ids of both kinds never meet.</param>
/// <param name="Period">How long the window lasts.</param>
/// <param name="StartsAt">When it begins: a full hour or midnight, UTC.</param>
public readonly record struct QuotaWindow(Guid Subject, QuotaPeriod Period, DateTimeOffset StartsAt);
