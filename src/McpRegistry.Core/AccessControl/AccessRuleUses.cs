using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.AccessControl;

/// <summary>
/// Records how often rules let calls through: counted in memory, one number for each rule, and written together now and then.
/// A store that fails costs no call; what it did not take is written with the next.
/// </summary>
internal sealed class AccessRuleUses(IOptions<WriterOptions> options, TimeProvider time, ILogger<AccessRuleUses> log, IAccessRuleStore? store = null)
    : IBackgroundWriter, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, AccessRuleCount> _counts = new();
    private readonly CancellationTokenSource _stop = new();
    [SuppressMessage("Usage", "CA2213", Justification = "A late write may still wait for it; it holds nothing to release, and disposed of it would leave that one waiting for ever.")]
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lifecycle = new();
    private Task? _running;
    private Task? _stopping;

    /// <summary>Returns the count of a rule, which outlives its changes.</summary>
    public AccessRuleCount Of(AccessRule rule) => _counts.GetOrAdd(rule.Id, static (id, owner) => new AccessRuleCount(owner, id), rule.Tenant);

    /// <summary>Forgets a rule that is gone.</summary>
    public void Remove(Guid id) => _counts.TryRemove(id, out _);

    public void Start()
    {
        lock (_lifecycle)
        {
            _running ??= store is null || _stopping is not null ? null : Task.Run(RunAsync);
        }
    }

    /// <summary>Writes all that was counted before.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task StopAsync()
    {
        lock (_lifecycle)
        {
            return _stopping ??= StopOnceAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, _stop.Token).ConfigureAwait(false);
                await FlushOrLogAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The rest is written by whoever stops.
        }
    }

    private async Task StopOnceAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is not { } running)
        {
            return;
        }

        await running.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(options.Value.ShutdownTimeout, time);
        await FlushOrLogAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task FlushOrLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested || exception is not OperationCanceledException)
        {
            log.UsesNotRecorded(exception);
        }
        catch (OperationCanceledException)
        {
            // The time to stop is over.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var taken = _counts.Values.Select(static count => (Count: count, Use: count.Take())).Where(static pair => pair.Use is not null).ToList();
        foreach (var group in taken.GroupBy(static pair => pair.Count.Tenant).ToArray())
        {
            var uses = group.Select(static pair => pair.Use!.Value).ToArray();
            try
            {
                await store!.RecordAccessAsync(group.Key, uses, cancellationToken).ConfigureAwait(false);
                taken.RemoveAll(pair => pair.Count.Tenant == group.Key);
            }
            finally
            {
                // What is still in the list was not written, this group's or that of those behind it.
                if (taken.Any(pair => pair.Count.Tenant == group.Key))
                {
                    taken.ForEach(static pair => pair.Count.GiveBack(pair.Use!.Value));
                }
            }
        }
    }
}
