using Microsoft.Extensions.Logging;

namespace McpRegistry.Seeding;

/// <summary>Event ids 9200 to 9209.</summary>
internal static partial class SeedLog
{
    [LoggerMessage(9200, LogLevel.Information, "Added {Kind} {Name} for evaluation")]
    public static partial void Added(this ILogger logger, string kind, string name);
}
