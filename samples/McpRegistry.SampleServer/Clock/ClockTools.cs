using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Clock;

[McpServerToolType]
internal sealed class ClockTools(TimeProvider clock)
{
    [McpServerTool(Name = "now", Title = "Current time", ReadOnly = true, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("Tells the current time in a time zone.")]
    public ZonedTime Now([Description("IANA name of the zone, such as Europe/Madrid; UTC when left out")] string zone = "UTC")
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
        {
            throw new McpException($"There is no time zone '{zone}'. Use an IANA name such as Europe/Madrid or UTC.");
        }

        var time = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), found);
        return new ZonedTime(zone, time, time.Offset.ToString("c"), found.IsDaylightSavingTime(time));
    }
}
