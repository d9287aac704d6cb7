using System.Collections.Concurrent;
using System.Threading.Channels;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Telemetry;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.Core.Tests.Writers;

/// <summary>A writer over a store that does what a test says, a clock that stands still, and a log.</summary>
internal sealed class WriterFixture : ILogger
{
    private readonly Channel<Task> _outcomes = Channel.CreateUnbounded<Task>();
    private readonly Channel<int[]> _attempts = Channel.CreateUnbounded<int[]>();

    public SignallingTimeProvider Time { get; } = new();

    public WriterInstruments Instruments { get; } = new(new RegistryMeter());

    public WriterOptions Options { get; } = new() { RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(3) };

    public ConcurrentQueue<int> Written { get; } = [];

    public ConcurrentQueue<(int Event, string Message)> Logged { get; } = [];

    /// <summary>Gets the rows that the store refuses for good.</summary>
    public HashSet<int> Refused { get; } = [];

    /// <summary>Gets or sets a value that tells whether each write waits for <see cref="Answer"/>.</summary>
    public bool IsGated { get; set; }

    public BatchWriter<int, int> Create(int capacity = 10, int batchSize = 4) => new(
        new BatchWriterSettings("test", capacity, batchSize, TimeSpan.FromMinutes(10)),
        Options, static item => item, WriteAsync, Instruments, Time, this);

    /// <summary>Waits for the next try of a write.</summary>
    public ValueTask<int[]> NextAttemptAsync() => _attempts.Reader.NextAsync("rows are written", TestContext.Current.CancellationToken);

    /// <summary>Ends the try that waits: well, or with a failure.</summary>
    public void Answer(bool well = true) =>
        _outcomes.Writer.TryWrite(well ? Task.CompletedTask : Task.FromException(new InvalidOperationException("The store is down.")));

    public async ValueTask WriteAsync(IReadOnlyList<int> rows, CancellationToken cancellationToken)
    {
        int[] batch = [.. rows];
        _attempts.Writer.TryWrite(batch);
        if (IsGated)
        {
            await await _outcomes.Reader.ReadAsync(cancellationToken);
        }

        if (batch.FirstOrDefault(Refused.Contains) is var refused and not 0)
        {
            throw new ArgumentException($"{refused} is no row.", nameof(rows));
        }

        foreach (var row in batch)
        {
            Written.Enqueue(row);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Enqueue((eventId.Id, formatter(state, exception)));
}
