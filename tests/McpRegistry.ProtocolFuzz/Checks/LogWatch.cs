using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ProtocolFuzz.Checks;

/// <summary>Hears what the gateway and its host log, and keeps what says that something broke.</summary>
internal sealed class LogWatch : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, int> _warnings = new(StringComparer.Ordinal);

    /// <summary>Gets the entries of the level error and above.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Gets how often there was each warning.</summary>
    public IReadOnlyDictionary<string, int> Warnings => _warnings;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        // There is nothing to give back.
    }

    private void Add(LogLevel level, string category, EventId id, string text, Exception? exception)
    {
        // The SDK tells of a server that it cannot reach as an error of its own.
        if (level >= LogLevel.Error && !category.StartsWith("ModelContextProtocol.", StringComparison.Ordinal))
        {
            Errors.Enqueue($"{category}[{id.Id}]: {text}\n{exception}");
        }
        else if (level >= LogLevel.Warning)
        {
            _warnings.AddOrUpdate($"{category}[{id.Id} {id.Name}]{(exception is null ? "" : $" {exception.GetType().Name}")}", 1, static (_, count) => count + 1);
        }
    }

    private sealed class Logger(LogWatch watch, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                watch.Add(logLevel, category, eventId, formatter(state, exception), exception);
            }
        }
    }
}
