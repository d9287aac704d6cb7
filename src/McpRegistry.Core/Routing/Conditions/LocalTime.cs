namespace McpRegistry.Routing.Conditions;

/// <summary>What clocks of a time zone show. From UTC, so that there is one answer also for an hour that comes twice.</summary>
internal static class LocalTime
{
    public static DateTime Of(DateTimeOffset moment, TimeZoneInfo zone) =>
        new(Math.Clamp(moment.UtcTicks + zone.GetUtcOffset(moment).Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Unspecified);
}
