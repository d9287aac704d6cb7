using System.Net;
using Microsoft.Extensions.Logging;

namespace McpRegistry.ApiKeys;

/// <summary>Validates presented keys: a warm key costs one hash and one look-up in memory.</summary>
internal sealed class ApiKeyValidator(
    ApiKeyLoader loader,
    ApiKeyHasher hasher,
    ApiKeyCache cache,
    UnknownKeys unknown,
    KnownLookupIds knownIds,
    GuessThrottle throttle,
    ApiKeyAttemptRecorder attempts,
    LookupLimit limit,
    TimeProvider time,
    ILogger<ApiKeyValidator> logger) : IApiKeyValidator
{
    // Compared against when no key has the id, so that an unknown id takes as long as a wrong secret.
    private static readonly byte[] NoSalt = new byte[16];
    private static readonly byte[] NoHash = new byte[ApiKeyHasher.HashLength];

    public ValueTask<ApiKeyValidation> ValidateAsync(string presented, IPAddress? address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presented);

        // Before the form is read, since a text whose digest is remembered has it.
        if (!ApiKeyDigest.TryCompute(presented, out var digest))
        {
            return new(Refuse(ApiKeyFailure.Malformed, null, address));
        }

        var now = time.GetUtcNow();
        if (!cache.TryGet(digest, now, out var known))
        {
            return ValidateColdAsync(new Attempt(presented, digest, address), cancellationToken);
        }

        return known.HasFailures ? AdmitAsync(known, address, cancellationToken) : new(Decide(known, address, now));
    }

    private ValueTask<ApiKeyValidation> ValidateColdAsync(in Attempt attempt, CancellationToken cancellationToken)
    {
        var form = ApiKeyFormat.Read(attempt.Text);
        if (form == ApiKeyForm.Malformed)
        {
            return new(Refuse(ApiKeyFailure.Malformed, null, attempt.Address));
        }

        var now = time.GetUtcNow();
        if (unknown.Contains(attempt.Digest, now))
        {
            return new(RefuseUnknown(attempt, now));
        }

        var lookupId = hasher.GetLookupId(attempt.Text, form);
        if (cache.TryFind(lookupId, now, out var known))
        {
            return CompareAsync(attempt, known, cancellationToken);
        }

        if (throttle.GetWait(attempt.Address, now) is not null && !knownIds.MayContain(lookupId))
        {
            return new(RefuseUnknown(attempt, now));
        }

        return AskStoreAsync(attempt, lookupId, cancellationToken);
    }

    private async ValueTask<ApiKeyValidation> AskStoreAsync(Attempt attempt, string lookupId, CancellationToken cancellationToken)
    {
        var (epoch, unknownEpoch) = (cache.Epoch, unknown.Epoch);
        var loaded = await limit.AskAsync(token => loader.LoadAsync(lookupId, token), cancellationToken).ConfigureAwait(false);
        if (loaded is { } known)
        {
            cache.Add(known, time.GetUtcNow(), epoch);
            return await CompareAsync(attempt, known, cancellationToken).ConfigureAwait(false);
        }

        unknown.Add(attempt.Digest, time.GetUtcNow(), unknownEpoch);
        return RefuseUnknown(attempt, time.GetUtcNow());
    }

    private async ValueTask<ApiKeyValidation> CompareAsync(Attempt attempt, RememberedKey known, CancellationToken cancellationToken)
    {
        if (hasher.Verify(attempt.Text, known.Key.Salt.Span, known.Key.Hash.Span))
        {
            cache.Bind(attempt.Digest, known);
            return await AdmitAsync(known, attempt.Address, cancellationToken).ConfigureAwait(false);
        }

        if (known.CountsFailures(time.GetUtcNow()))
        {
            known.HasFailures = true;
            await attempts.FailedAsync(known.Key, cancellationToken).ConfigureAwait(false);
        }

        return Refuse(known.IsLocked(time.GetUtcNow()) ? ApiKeyFailure.Locked : ApiKeyFailure.WrongSecret, known.Key.Id, attempt.Address);
    }

    private async ValueTask<ApiKeyValidation> AdmitAsync(RememberedKey known, IPAddress? address, CancellationToken cancellationToken)
    {
        var validation = Decide(known, address, time.GetUtcNow());
        if (validation.IsValid && known.HasFailures)
        {
            known.HasFailures = false;
            await attempts.SucceededAsync(known.Key, cancellationToken).ConfigureAwait(false);
        }

        return validation;
    }

    private ApiKeyValidation Decide(RememberedKey known, IPAddress? address, DateTimeOffset now)
    {
        var failure = known.Judge(now, address);
        return failure switch
        {
            ApiKeyFailure.None => new(ApiKeyFailure.None, known.Grant),
            ApiKeyFailure.AddressNotAllowed => Refuse(failure, known.Key.Id, address) with { Withheld = known.Grant },
            _ => Refuse(failure, known.Key.Id, address),
        };
    }

    private ApiKeyValidation RefuseUnknown(in Attempt attempt, DateTimeOffset now)
    {
        hasher.Verify(attempt.Text, NoSalt, NoHash);
        if (throttle.Count(attempt.Address, now) is not null)
        {
            knownIds.Require();
        }

        return Refuse(ApiKeyFailure.Unknown, null, attempt.Address);
    }

    private ApiKeyValidation Refuse(ApiKeyFailure failure, Guid? keyId, IPAddress? address)
    {
        logger.Refused(failure, keyId);
        return new ApiKeyValidation(failure, null) { RetryAfter = throttle.GetWait(address, time.GetUtcNow()) };
    }

    /// <summary>What one caller presents.</summary>
    private readonly record struct Attempt(string Text, ApiKeyDigest Digest, IPAddress? Address);
}
