using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Watching;

/// <summary>
/// The streams that are open, by who opened them. When a key is revoked or gets other bounds, or its owner does, its streams end,
/// and the client that comes back is judged anew. A lock ends none: whoever guesses at a key must not be able to cut its holder off.
/// </summary>
internal sealed class CallerStreams(ApiKeyLoader keys, TimeProvider time, ILogger<CallerStreams> log) : IChangeHandler
{
    private readonly ConcurrentDictionary<CallerStream, byte> _open = new();

    /// <summary>What a client is told whose stream cannot be opened now.</summary>
    public static readonly GatewayError Unavailable = new(
        ErrorCodes.InternalError, "Streams cannot be opened at the moment, since keys cannot be checked; try again later.", "store_unavailable")
    {
        HttpStatus = 503,
        Retryable = true,
    };

    /// <summary>Notes a stream; dispose it at its end.</summary>
    /// <returns>Null when the store failed, so that nobody knows whether the caller may still have one.</returns>
    public async ValueTask<CallerStream?> OpenAsync(Caller caller, CancellationToken cancellationToken)
    {
        var stream = new CallerStream(this, caller, time);
        _open.TryAdd(stream, 0);
        try
        {
            // The key may have changed after it was checked and before there was a stream to end.
            await CheckAsync(stream, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception exception)
        {
            stream.Dispose();
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            log.StreamNotOpened(exception);
            return null;
        }
    }

    public void Forget(CallerStream stream) => _open.TryRemove(stream, out _);

    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken) =>
        change.Kind is RegistryChangeKind.ApiKey or RegistryChangeKind.User
            ? CheckAsync(_open.Keys.Where(stream => stream.DependsOn(change.Id)), change.Kind == RegistryChangeKind.User, cancellationToken)
            : ValueTask.CompletedTask;

    public ValueTask ReloadAsync(CancellationToken cancellationToken) => CheckAsync(_open.Keys, endsForeign: false, cancellationToken);

    private async ValueTask CheckAsync(IEnumerable<CallerStream> streams, bool endsForeign, CancellationToken cancellationToken)
    {
        foreach (var stream in streams)
        {
            if (stream.Caller.Key is not null)
            {
                await CheckAsync(stream, cancellationToken).ConfigureAwait(false);
            }
            else if (endsForeign)
            {
                // What the user may do is for the host to say, when the client comes back.
                await stream.EndAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CheckAsync(CallerStream stream, CancellationToken cancellationToken)
    {
        if (stream.Caller.Key is { } key && !IsSame(stream.Caller, key, await keys.LoadAsync(key.LookupId, cancellationToken).ConfigureAwait(false)))
        {
            await stream.EndAsync().ConfigureAwait(false);
        }
    }

    private bool IsSame(Caller caller, ApiKey key, RememberedKey? current) => current is not null
        && current.IsUsable(time.GetUtcNow())
        && current.Grant.OwnerRole == caller.Role
        && current.Key.Owner == key.Owner
        && current.Key.Scopes == key.Scopes
        && current.Key.ExpiresAt == key.ExpiresAt
        && current.Key.AllowedServers.AsSpan().SequenceEqual(key.AllowedServers.AsSpan())
        && current.Key.AllowedMethods.AsSpan().SequenceEqual(key.AllowedMethods.AsSpan())
        && current.Key.AllowedAddresses.AsSpan().SequenceEqual(key.AllowedAddresses.AsSpan());
}
