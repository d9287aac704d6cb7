using System.Collections.Concurrent;
using McpRegistry.ApiKeys;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Watching;

/// <summary>
/// The streams that are open, by who opened them. When a key is revoked or gets other bounds, or its owner does, its streams end,
/// and the client that comes back is judged anew. They also end with the key, token or cookie itself. A lock ends none: whoever guesses at a key must not be able to cut its holder off.
/// </summary>
internal sealed class CallerStreams(
    ApiKeyLoader keys, LookupLimit limit, StreamChecks checks, TimeProvider time, ILogger<CallerStreams> log) : IChangeHandler
{
    private readonly ConcurrentDictionary<CallerStream, byte> _open = new();

    /// <summary>What a client is told whose stream cannot be opened now.</summary>
    public static readonly GatewayError Unavailable = new(
        ErrorCodes.InternalError, "Streams cannot be opened at the moment, since keys cannot be checked; try again later.", "store_unavailable")
    {
        HttpStatus = 503,
        Retryable = true,
    };

    public ChangePrecedence Precedence => ChangePrecedence.OpenStreams;

    /// <summary>Notes a stream; dispose it at its end.</summary>
    /// <returns>Null when the store failed or did not answer in time, so that nobody knows whether the caller may still have one.</returns>
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
            ? FollowAsync(_open.Keys.Where(stream => stream.DependsOn(change.Id)), change.Kind == RegistryChangeKind.User)
            : ValueTask.CompletedTask;

    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        checks.Require(_open.Keys.Where(static stream => stream.Caller.Key is not null), all: true);
        return ValueTask.CompletedTask;
    }

    private async ValueTask FollowAsync(IEnumerable<CallerStream> touched, bool endsForeign)
    {
        var streams = touched.ToLookup(static stream => stream.Caller.Key is not null);
        checks.Require(streams[true], all: false);
        foreach (var stream in endsForeign ? streams[false] : [])
        {
            // What the user may do is for the host to say, when the client comes back.
            await stream.EndAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask CheckAsync(CallerStream stream, CancellationToken cancellationToken)
    {
        if (stream.Caller.Key is not { } key)
        {
            return;
        }

        var current = await limit.AskAsync(token => keys.LoadAsync(key.LookupId, token), cancellationToken).ConfigureAwait(false);
        if (!stream.IsStill(current, time.GetUtcNow()))
        {
            await stream.EndAsync().ConfigureAwait(false);
        }
    }
}
