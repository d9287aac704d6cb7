namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>How long clients may keep answers. All of them are the same for everybody.</summary>
internal static class Caching
{
    public static TimeSpan Lists { get; } = TimeSpan.FromMinutes(5);

    public static TimeSpan Resources { get; } = TimeSpan.FromMinutes(1);
}
