using McpRegistry.Writers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Auditing;

/// <summary>Runs the sinks from the start of the host to its stop, each by itself: one that fails holds up no other.</summary>
internal sealed class AuditSinkService(
    IEnumerable<IAuditSink> sinks,
    IOptions<AuditOptions> options,
    IOptions<WriterOptions> writers,
    TimeProvider time,
    ILogger<AuditSinkService> log,
    IAuditStore? trail = null,
    IAuditSinkStore? positions = null) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _stopped;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var all = sinks.ToArray();
        Check(all);
        if (all.Length > 0)
        {
            var runners = all.Select(sink => new AuditSinkRunner(sink, positions!, trail!, options.Value, writers.Value, time, log));
            _running = Task.WhenAll([.. runners.Select(runner => Task.Run(() => runner.RunAsync(_stopping.Token), CancellationToken.None))]);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A host may be stopped twice, and be disposed in between.
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);

            // A sink that does not hear it must not keep the host; what it has not delivered waits in the store.
            await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private void Check(IAuditSink[] all)
    {
        if (all.Length > 0 && (trail is null || positions is null))
        {
            throw new InvalidOperationException("Audit sinks need a store that keeps the trail and their positions (IAuditStore, IAuditSinkStore).");
        }

        if (Array.Find(all, static sink => !IsName(sink.Name)) is { } nameless)
        {
            throw new InvalidOperationException($"The name '{nameless.Name}' of the audit sink {nameless.GetType().Name} must have 1 to {IAuditSink.MaxNameLength} characters a-z, 0-9, - or _.");
        }

        if (all.GroupBy(static sink => sink.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twins)
        {
            throw new InvalidOperationException($"Two audit sinks have the name '{twins.Key}'; they would take each other's rows.");
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= IAuditSink.MaxNameLength && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
