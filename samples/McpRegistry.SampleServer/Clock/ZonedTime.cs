namespace McpRegistry.SampleServer.Clock;

internal sealed record ZonedTime(string Zone, DateTimeOffset Time, string Offset, bool DaylightSaving);
