using System.Collections.Immutable;

namespace McpRegistry.AccessControl;

/// <summary>When a rule holds: from one moment to another, and within that on days and in hours of a time zone.</summary>
internal sealed class AccessWindow
{
    private const int AllDays = 0x7F;
    private const int AllHours = 0xFF_FFFF;
    private const long Quarter = 15 * TimeSpan.TicksPerMinute;
    private const int MostQuarters = 8 * 24 * 4;

    private readonly long _startsAt;
    private readonly long _endsAt;
    private readonly int _days;
    private readonly int _hours;
    private readonly TimeZoneInfo? _zone;

    public AccessWindow(AccessRule rule)
    {
        _startsAt = rule.StartsAt?.UtcTicks ?? long.MinValue;
        _endsAt = rule.EndsAt?.UtcTicks ?? long.MaxValue;
        _days = MaskOf(rule.AllowedDays, AllDays);
        _hours = MaskOf(rule.AllowedHours, AllHours);
        IsRecurring = _days != AllDays || _hours != AllHours;
        _zone = FindZone(rule.TimeZone);
    }

    /// <summary>Gets a value that tells whether days or hours are left out.</summary>
    public bool IsRecurring { get; }

    /// <summary>Gets a value that tells whether the time zone is not known on this machine, so that nobody can say when the rule holds.</summary>
    public bool IsUnreadable => _zone is null && IsRecurring;

    /// <summary>Finds a time zone by its IANA name; null stands for UTC.</summary>
    public static TimeZoneInfo? FindZone(string? name) =>
        name is null ? TimeZoneInfo.Utc : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>Tells how the window stands to a moment.</summary>
    public AccessWindowState At(DateTimeOffset moment)
    {
        var ticks = moment.UtcTicks;
        if (ticks < _startsAt)
        {
            return AccessWindowState.NotYet;
        }

        if (ticks >= _endsAt)
        {
            return AccessWindowState.Over;
        }

        if (!IsRecurring)
        {
            return AccessWindowState.Open;
        }

        if (_zone is null)
        {
            return AccessWindowState.Unreadable;
        }

        // From UTC, so that there is one answer also for an hour that comes twice: both times it is that hour.
        var local = new DateTime(ticks + _zone.GetUtcOffset(moment).Ticks, DateTimeKind.Unspecified);
        var day = ((int)local.DayOfWeek + 6) % 7;
        return (_days >> day & 1) == 0 ? AccessWindowState.OtherDay
            : (_hours >> local.Hour & 1) == 0 ? AccessWindowState.OtherHour
            : AccessWindowState.Open;
    }

    /// <summary>Returns the first moment after the given one at which the rule begins or ceases to hold; the largest one when there is none.</summary>
    public DateTimeOffset NextChange(DateTimeOffset moment)
    {
        var state = At(moment);
        var next = state switch
        {
            AccessWindowState.Over => DateTimeOffset.MaxValue.UtcTicks,
            AccessWindowState.NotYet => _startsAt,
            _ when IsRecurring && _zone is not null => Math.Min(_endsAt, NextTurn(moment, state == AccessWindowState.Open)),
            _ => _endsAt,
        };
        return next >= DateTimeOffset.MaxValue.UtcTicks ? DateTimeOffset.MaxValue : new DateTimeOffset(next, TimeSpan.Zero);
    }

    /// <summary>Returns a moment after the given one up to which the state certainly stays.</summary>
    public DateTimeOffset StaysUntil(DateTimeOffset moment)
    {
        var ticks = moment.UtcTicks;
        var until = IsRecurring && _zone is not null ? ticks - (ticks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute : long.MaxValue;
        until = _startsAt > ticks ? Math.Min(until, _startsAt) : until;
        until = _endsAt > ticks ? Math.Min(until, _endsAt) : until;
        return until >= DateTimeOffset.MaxValue.UtcTicks ? DateTimeOffset.MaxValue : new DateTimeOffset(until, TimeSpan.Zero);
    }

    /// <summary>
    /// Walks over the quarters of hours, on which hours of every zone begin and clocks are changed. A rule that turns at no quarter of the
    /// days to come is asked again at their end.
    /// </summary>
    private long NextTurn(DateTimeOffset moment, bool isOpen)
    {
        var ticks = moment.UtcTicks - (moment.UtcTicks % Quarter);
        for (var step = 0; step < MostQuarters; step++)
        {
            ticks += Quarter;
            if (ticks >= _endsAt || (At(new DateTimeOffset(ticks, TimeSpan.Zero)) == AccessWindowState.Open) != isOpen)
            {
                break;
            }
        }

        return ticks;
    }

    private static int MaskOf(ImmutableArray<int> values, int all)
    {
        if (values.IsDefaultOrEmpty)
        {
            return all;
        }

        var mask = 0;
        foreach (var value in values)
        {
            mask |= value is >= 0 and < 24 ? 1 << value : 0;
        }

        return mask & all;
    }
}
