namespace McpRegistry.Routing.Conditions;

/// <summary>Compares the day of the week, Monday being 0, by the clocks of a time zone.</summary>
internal sealed class DayCondition(string path, IEnumerable<int> days, bool isNegated, TimeZoneInfo zone) : RouteCondition(path)
{
    private readonly int _days = days.Aggregate(0, static (mask, day) => mask | (1 << day));

    public override RouteField Fields => RouteField.Day;

    public override int Cost => 3;

    public override Truth Of(in RouteFacts facts)
    {
        if (facts.IsUnknown(RouteField.Day))
        {
            return Truth.Unknown;
        }

        var day = ((int)LocalTime.Of(facts.At, zone).DayOfWeek + 6) % 7;
        return When((_days >> day & 1) != 0 != isNegated);
    }
}
