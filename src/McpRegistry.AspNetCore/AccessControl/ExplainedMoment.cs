using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Reads the time that something is to be explained for.</summary>
internal static class ExplainedMoment
{
    // At the ends of the calendar, clocks of other zones would show days that it does not have.
    private static readonly DateTimeOffset First = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset End = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Returns the time of the member <c>at</c>; null when it is missing or faulty.</summary>
    public static DateTimeOffset? Read(JsonObjectReader members, List<ValidationFault> faults)
    {
        var time = AccessRuleReader.ReadTime(members, "at", faults);
        if (time is not { } at || (at >= First && at < End))
        {
            return time;
        }

        faults.Add(new ValidationFault("at", "out_of_range", "A time from 1970 to 9998 is expected."));
        return null;
    }
}
