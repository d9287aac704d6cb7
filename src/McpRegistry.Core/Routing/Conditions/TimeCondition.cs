namespace McpRegistry.Routing.Conditions;

/// <summary>Compares the time of day by the clocks of a time zone.</summary>
internal sealed class TimeCondition(string path, RouteOperators comparison, TimeRange[] ranges, TimeZoneInfo zone) : RouteCondition(path)
{
    public override RouteField Fields => RouteField.Time;

    public override int Cost => 3;

    public override Truth Of(in RouteFacts facts)
    {
        if (facts.IsUnknown(RouteField.Time))
        {
            return Truth.Unknown;
        }

        var ticks = LocalTime.Of(facts.At, zone).TimeOfDay.Ticks;
        return When(comparison switch
        {
            RouteOperators.Gt => ticks > ranges[0].From,
            RouteOperators.Lt => ticks < ranges[0].From,
            _ => IsInside(ticks) != (comparison == RouteOperators.NotIn),
        });
    }

    private bool IsInside(long ticks)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(ticks))
            {
                return true;
            }
        }

        return false;
    }
}
