using McpRegistry.Credentials.OAuth;
using McpRegistry.Upstream;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Credentials;

/// <summary>
/// Keeps what an issuer gives until shortly before it ends, and gets another when the server refuses it. Requests that need one at the
/// same time wait for the same work. Neither an issuer that fails nor a server that refuses whatever it gets is asked at the pace of the requests.
/// </summary>
internal sealed class IssuedCredentials(
    ICredentialIssuer issuer, string serverAlias, CredentialOptions options, TimeProvider time, ILogger log) : CredentialSource
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Issued? _current;
    private DateTimeOffset _renewAt;
    private DateTimeOffset _issuedAt;
    private Task<Issued>? _pending;
    private CredentialException? _failure;
    private DateTimeOffset _failedUntil;
    private int _failures;
    private int _refusals;

    public override async ValueTask<CredentialHeaders?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            Task<Issued> work;
            lock (_gate)
            {
                var current = _current;
                if (current is not null && time.GetUtcNow() < _renewAt)
                {
                    return current.Headers;
                }

                if (current is null && !issuer.IsReady)
                {
                    return null;
                }

                work = Join(null, isRenewal: false);
            }

            return (await work.WaitAsync(cancellationToken).ConfigureAwait(false)).Headers;
        }
        catch (CredentialException) when (Volatile.Read(ref _current) is { } last && time.GetUtcNow() < last.ExpiresAt)
        {
            // Asked for early, so that there is time to ask again.
            return last.Headers;
        }
    }

    public override async ValueTask<CredentialHeaders?> AnswerAsync(CredentialHeaders? refused, BearerChallenge challenge, CancellationToken cancellationToken)
    {
        Task<Issued> work;
        lock (_gate)
        {
            if (_current is { } current && !ReferenceEquals(current.Headers, refused))
            {
                // Another request was refused before this one, and has seen to it.
                return current.Headers;
            }

            if (challenge.IsScopeMissing)
            {
                if (!issuer.CanRaise(challenge))
                {
                    return null;
                }
            }
            else if (refused is not null && _pending is null)
            {
                if (_refusals > 0 && time.GetUtcNow() - _issuedAt < BackOff.After(_refusals, FirstDelay, options.MaxRetryDelay))
                {
                    return null;
                }

                _refusals++;
            }

            work = Join(challenge, isRenewal: refused is not null && !challenge.IsScopeMissing);
        }

        return (await work.WaitAsync(cancellationToken).ConfigureAwait(false)).Headers;
    }

    public override void Accepted(CredentialHeaders? shown)
    {
        if (Volatile.Read(ref _refusals) == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (ReferenceEquals(shown, _current?.Headers))
            {
                _refusals = 0;
            }
        }
    }

    private Task<Issued> Join(BearerChallenge? challenge, bool isRenewal)
    {
        if (_pending is null && _failure is { } failure && time.GetUtcNow() < _failedUntil)
        {
            throw new CredentialException(failure.Message);
        }

        return _pending ??= RunAsync(challenge, isRenewal);
    }

    private async Task<Issued> RunAsync(BearerChallenge? challenge, bool isRenewal)
    {
        // Whoever calls holds the lock, and the issuer may answer at once.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var issued = await IssueAsync(challenge, isRenewal).ConfigureAwait(false);
            lock (_gate)
            {
                _issuedAt = time.GetUtcNow();
                _renewAt = issued.ExpiresAt is { } end ? end - Margin(end - _issuedAt) : DateTimeOffset.MaxValue;
                (_current, _failure, _failures) = (issued, null, 0);
            }

            return issued;
        }
        catch (CredentialException exception)
        {
            log.CredentialFailed(serverAlias, exception.Message);
            lock (_gate)
            {
                _failure = exception;
                _failedUntil = time.GetUtcNow() + BackOff.After(++_failures, FirstDelay, options.MaxRetryDelay);
            }

            throw;
        }
        finally
        {
            lock (_gate)
            {
                _pending = null;
            }
        }
    }

    private async Task<Issued> IssueAsync(BearerChallenge? challenge, bool isRenewal)
    {
        using var timeout = new CancellationTokenSource(options.TokenTimeout, time);
        try
        {
            return await issuer.IssueAsync(challenge, isRenewal, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new CredentialException($"No credential was given within {options.TokenTimeout.TotalSeconds:0.#} s.");
        }
    }

    private static TimeSpan Margin(TimeSpan life) => life / 10 < LongestMargin ? life / 10 : LongestMargin;
}
