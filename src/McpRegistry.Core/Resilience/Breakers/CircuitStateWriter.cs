using McpRegistry.Storage;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Saves the state of breakers when it has changed, so that no call waits for the store.</summary>
internal sealed class CircuitStateWriter(
    IOptions<WriterOptions> options, WriterInstruments instruments, TimeProvider time, ILogger<CircuitStateWriter> log, ICircuitBreakerStore? store = null)
    : IBackgroundWriter, IAsyncDisposable
{
    // Each time that it is stale, somebody else has changed the state in between.
    private const int MaxAttempts = 3;

    private readonly BatchWriter<EndpointBreaker, EndpointBreaker> _writer = new(
        new BatchWriterSettings("circuit_breakers", 10_000, 1, TimeSpan.FromMilliseconds(10)),
        options.Value,
        static breaker => breaker,
        (breakers, cancellationToken) => SaveAsync(store!, breakers, cancellationToken),
        instruments,
        time,
        log);

    /// <summary>Takes a breaker; what is saved is its state at the time of the write.</summary>
    public void Write(EndpointBreaker breaker)
    {
        if (store is not null)
        {
            _writer.TryWrite(breaker);
        }
    }

    public void Start()
    {
        if (store is not null)
        {
            _writer.Start();
        }
    }

    public Task FlushAsync() => _writer.FlushAsync();

    public Task StopAsync() => _writer.StopAsync();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static async ValueTask SaveAsync(ICircuitBreakerStore store, IReadOnlyList<EndpointBreaker> breakers, CancellationToken cancellationToken)
    {
        foreach (var breaker in breakers)
        {
            await SaveAsync(store, breaker, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask SaveAsync(ICircuitBreakerStore store, EndpointBreaker breaker, CancellationToken cancellationToken)
    {
        var snapshot = breaker.Describe();
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var result = await store.SaveAsync(breaker.Tenant, snapshot, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                breaker.TakeOver(result.Value.History);
                return;
            }

            if (result.Outcome != StoreOutcome.Stale || await store.FindAsync(breaker.Tenant, breaker.EndpointId, cancellationToken).ConfigureAwait(false) is not { } newer)
            {
                return;
            }

            // Another replica or an operator was later; that counts here too.
            breaker.Apply(newer);
            var history = newer.History.Merge(breaker.History);
            if (history == newer.History)
            {
                return;
            }

            // What has lost against it is a part of what happened all the same.
            snapshot = newer with { History = history };
        }
    }
}
