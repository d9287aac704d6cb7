namespace McpRegistry.Limits;

/// <summary>What the settings of a tenant say about its limits; null where the options count.</summary>
/// <param name="PerHour">The calls an hour; 0 for no limit.</param>
/// <param name="PerDay">The calls a day; 0 for no limit.</param>
/// <param name="PerMinute">The requests a minute.</param>
/// <param name="Burst">How much more than a minute's rate a full bucket holds, as a factor.</param>
/// <param name="Weight">Its part of the fair share; 1 for others.</param>
internal sealed record TenantLimits(int? PerHour, int? PerDay, int? PerMinute, double? Burst, double? Weight)
{
    public static TenantLimits None { get; } = new(null, null, null, null, null);
}
