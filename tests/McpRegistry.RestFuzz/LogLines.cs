using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpRegistry.RestFuzz;

/// <summary>Keeps what the host logs: errors are faults of the host, and secrets are to be in no line.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    /// <summary>Takes what came since the last time.</summary>
    public IReadOnlyList<(LogLevel Level, string Text)> Take()
    {
        var lines = new List<(LogLevel, string)>();
        while (_lines.TryDequeue(out var line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}
