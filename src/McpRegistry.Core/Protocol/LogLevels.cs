namespace McpRegistry.Protocol;

/// <summary>The wire names of <see cref="LogLevel"/>.</summary>
internal static class LogLevels
{
    private static readonly string[] Names = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    public static string Name(LogLevel level) => Names[(int)level];

    public static LogLevel? Parse(string? name)
    {
        var index = Array.IndexOf(Names, name);
        return index < 0 ? null : (LogLevel)index;
    }
}
