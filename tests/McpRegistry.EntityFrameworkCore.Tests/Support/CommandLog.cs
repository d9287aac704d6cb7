using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Collects what EF Core sends to the database.</summary>
internal sealed class CommandLog : ILoggerProvider
{
    private const string Category = "Microsoft.EntityFrameworkCore.Database.Command";

    public ConcurrentQueue<string> Commands { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName == Category ? Commands : null);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string>? commands) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => commands is not null && logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                commands?.Enqueue(formatter(state, exception));
            }
        }
    }
}
