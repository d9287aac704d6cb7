using Microsoft.Extensions.Logging;

namespace McpRegistry.Writers;

/// <summary>Event ids 9040 to 9049.</summary>
internal static partial class WriterLog
{
    [LoggerMessage(9040, LogLevel.Warning, "The writer of {Kind} lost {Number} rows since the last such message, because it was full, the store refused them or the host stopped")]
    public static partial void Dropped(this ILogger logger, string kind, long number);

    [LoggerMessage(9041, LogLevel.Warning, "{Number} rows of {Kind} could not be written; they are kept and tried again in {Delay}")]
    public static partial void WriteFailed(this ILogger logger, Exception exception, int number, string kind, TimeSpan delay);

    [LoggerMessage(9042, LogLevel.Information, "The writer of {Kind} is writing again")]
    public static partial void Recovered(this ILogger logger, string kind);

    [LoggerMessage(9044, LogLevel.Error, "A row of {Kind} was refused by the store and left out; another try would not help")]
    public static partial void RowRefused(this ILogger logger, Exception exception, string kind);

    [LoggerMessage(9043, LogLevel.Error, "{Number} audit events were not written before the host stopped; their callers were told")]
    public static partial void AuditLost(this ILogger logger, int number);
}
