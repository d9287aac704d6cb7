using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>Collects what EF Core sends to the database.</summary>
internal sealed class CommandLog : ILoggerProvider
{
    private const string Category = "Microsoft.EntityFrameworkCore.Database.Command";

    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Gets or sets what happens right after a command, while its caller still waits for the answer.</summary>
    public Action<string>? AfterCommand { get; set; }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName == Category ? this : null);

    public void Dispose()
    {
    }

    private sealed class Logger(CommandLog? log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => log is not null && logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (log is not null && eventId == RelationalEventId.CommandExecuted)
            {
                var command = formatter(state, exception);
                log.Commands.Enqueue(command);
                log.AfterCommand?.Invoke(command);
            }
        }
    }
}
