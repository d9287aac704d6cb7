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
            var snapshot = breaker.Describe();
            var result = await store.SaveAsync(breaker.Tenant, snapshot, cancellationToken).ConfigureAwait(false);
            if (result.Outcome == StoreOutcome.Stale && await store.FindAsync(breaker.Tenant, breaker.EndpointId, cancellationToken).ConfigureAwait(false) is { } newer)
            {
                // Another replica or an operator was later; that counts here too.
                breaker.Apply(newer);
            }
        }
    }
}
