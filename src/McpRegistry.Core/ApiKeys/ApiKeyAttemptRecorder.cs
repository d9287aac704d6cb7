using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Has the store count failed attempts, over all replicas, and locks keys that have too many. Whoever reports waits for the
/// write, so that no answer is given before its guess counts; what comes in meanwhile goes into the next write together.
/// </summary>
internal sealed class ApiKeyAttemptRecorder(
    IApiKeyStore store, ApiKeyCache cache, ApiKeyAudit audit, TimeProvider time, IOptions<ApiKeyOptions> options, ILogger<ApiKeyAttemptRecorder> logger)
{
    private readonly Lock _lock = new();
    private Dictionary<(TenantId Tenant, Guid Id), Seen> _next = [];
    private TaskCompletionSource _written = NewSource();
    private bool _isWriting;

    public Task FailedAsync(ApiKey key, CancellationToken cancellationToken) => RecordAsync(
        key, seen => seen with { Failures = seen.Failures + 1, LastFailure = time.GetUtcNow() }, cancellationToken);

    public Task SucceededAsync(ApiKey key, CancellationToken cancellationToken) => RecordAsync(
        key, static seen => seen with { Succeeded = true, Failures = 0 }, cancellationToken);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task RecordAsync(ApiKey key, Func<ApiKeyAttempts, ApiKeyAttempts> add, CancellationToken cancellationToken)
    {
        Task written;
        lock (_lock)
        {
            var row = (key.Tenant, key.Id);
            _next[row] = new Seen(key.Name, add(_next.TryGetValue(row, out var seen) ? seen.Attempts : new ApiKeyAttempts { KeyId = key.Id }));
            written = _written.Task;
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        // A caller that hangs up, or whose time is over, ends its own waiting and not the count.
        return written.WaitAsync(options.Value.LookupTimeout, time, cancellationToken);
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            Dictionary<(TenantId Tenant, Guid Id), Seen> taken;
            TaskCompletionSource written;
            lock (_lock)
            {
                if (_next.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                (taken, _next) = (_next, []);
                (written, _written) = (_written, NewSource());
            }

            foreach (var ofTenant in taken.GroupBy(static pair => pair.Key.Tenant, static pair => pair.Value))
            {
                await WriteAsync(ofTenant.Key, [.. ofTenant]).ConfigureAwait(false);
            }

            written.SetResult();
        }
    }

    private async Task WriteAsync(TenantId tenant, Seen[] seen)
    {
        try
        {
            var known = await store
                .RecordAttemptsAsync(tenant, [.. seen.Select(static key => key.Attempts)], CancellationToken.None)
                .ConfigureAwait(false);
            foreach (var (name, attempts) in seen)
            {
                if (known.TryGetValue(attempts.KeyId, out var lockout))
                {
                    await LockIfNeededAsync(tenant, attempts.KeyId, name, lockout).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
        {
            // The guess was refused whether or not it counts; a store that is down makes no other guess right.
            logger.AttemptsNotCounted(exception, seen.Length);
        }
    }

    private async Task LockIfNeededAsync(TenantId tenant, Guid id, string name, ApiKeyLockout lockout)
    {
        var now = time.GetUtcNow();
        if (lockout.FailedAttempts < options.Value.LockoutThreshold || now < lockout.LockedUntil)
        {
            return;
        }

        var until = now + GetDuration(lockout.Lockouts);
        var locked = audit.Locked(tenant, id, name, lockout, until);
        if (await store.LockAsync(tenant, id, until, lockout.Lockouts, locked, CancellationToken.None).ConfigureAwait(false))
        {
            logger.Locked(id, until, lockout.Lockouts + 1);
        }

        // The change feed does the same, a moment after this guess was answered.
        cache.Remove(id);
    }

    private TimeSpan GetDuration(int lockouts)
    {
        var longest = options.Value.MaxLockoutDuration;
        var doubled = options.Value.LockoutDuration * Math.Pow(2, Math.Min(lockouts, 30));
        return doubled < longest ? doubled : longest;
    }

    /// <param name="Name">The key's name for people.</param>
    /// <param name="Attempts">What was seen of it.</param>
    private readonly record struct Seen(string Name, ApiKeyAttempts Attempts);
}
