using System.Globalization;

namespace McpRegistry.Routing.Conditions;

/// <summary>A part of the day, from its first moment to just before its last; one whose end is earlier goes over midnight.</summary>
/// <param name="From">Where it begins, ticks since midnight.</param>
/// <param name="To">Where it ends.</param>
internal readonly record struct TimeRange(long From, long To)
{
    public bool Contains(long ticks) => From <= To ? ticks >= From && ticks < To : ticks >= From || ticks < To;

    /// <summary>Reads <c>HH:mm-HH:mm</c>.</summary>
    public static bool TryParse(string text, out TimeRange range)
    {
        range = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !TryParseTime(text[..dash], out var from) || !TryParseTime(text[(dash + 1)..], out var to) || from == to)
        {
            return false;
        }

        range = new TimeRange(from, to);
        return true;
    }

    /// <summary>Reads <c>HH:mm</c>; <c>24:00</c> is the end of the day.</summary>
    public static bool TryParseTime(string text, out long ticks)
    {
        if (text == "24:00")
        {
            ticks = TimeSpan.TicksPerDay;
            return true;
        }

        var isTime = TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        ticks = time.Ticks;
        return isTime;
    }
}
