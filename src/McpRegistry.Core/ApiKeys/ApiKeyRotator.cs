using System.Collections.Immutable;
using McpRegistry.AccessControl;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Replaces keys: reads the old one with the rules about it, and writes the successor with all that goes with it in one step.</summary>
internal sealed class ApiKeyRotator(
    IApiKeyStore store,
    IAccessRuleStore rules,
    ApiKeyComposer composer,
    ApiKeyQuota quota,
    ApiKeyCache cache,
    UnknownKeys unknown,
    ApiKeyAudit audit,
    AccessRuleAudit ruleAudit,
    TimeProvider time,
    IOptions<ApiKeyOptions> options,
    ILogger<ApiKeyRotator> logger,
    AccessRules? rulesInForce = null)
{
    // Each lost race means progress of another, and each taken name one more successor.
    private const int MaxAttempts = 20;

    public async ValueTask<ApiKeyWriteResult> RotateAsync(
        TenantId tenant,
        ApiKeyAuthority granted,
        Guid id,
        TimeSpan? overlap,
        long? expectedVersion,
        AuditActor actor,
        CancellationToken cancellationToken)
    {
        var old = default(ApiKey);
        var name = default(string);
        ApiKeyWriteResult result;
        for (var attempt = 1; ; attempt++)
        {
            old = (await store.FindAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Key;
            if (Refuse(old, granted, overlap, expectedVersion) is { } refusal)
            {
                result = refusal;
                break;
            }

            var (rotation, secret) = await ComposeAsync(old!, name, overlap, actor, cancellationToken).ConfigureAwait(false);
            var removals = rulesInForce?.Removals ?? 0;
            var rotated = await store.RotateAsync(tenant, rotation, cancellationToken).ConfigureAwait(false);
            if (rotated.Succeeded)
            {
                return Finish(rotation, rotated.Successor, secret, removals);
            }

            // Stale may be a rule about the key alone; whether the key has changed, the next look tells.
            var isWorthAnother = rotated is { Outcome: ApiKeyRotationOutcome.Stale } or { Outcome: ApiKeyRotationOutcome.Conflict, ConflictField: "name" };
            if (!isWorthAnother || attempt == MaxAttempts)
            {
                result = ToResult(rotated);
                break;
            }

            name = rotated.Outcome == ApiKeyRotationOutcome.Conflict ? SuccessorName.Of(rotation.Successor.Name) : name;
        }

        return await audit.RefusedAsync(tenant, actor, ApiKeyAudit.Rotate, id, old?.Name, result, cancellationToken).ConfigureAwait(false);
    }

    private ApiKeyWriteResult? Refuse(ApiKey? old, ApiKeyAuthority granted, TimeSpan? overlap, long? expectedVersion)
    {
        if (old is null)
        {
            return ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound);
        }

        if (expectedVersion is { } version && version != old.Version)
        {
            return ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Stale);
        }

        var faults = ApiKeyDefinitionValidator.CheckRotation(old, granted, overlap, EndOfSuccessor(old, time.GetUtcNow()));
        return !faults.IsEmpty ? ApiKeyWriteResult.Invalid(faults)
            : old.RevokedAt is not null ? ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Revoked)
            : null;
    }

    private async ValueTask<(ApiKeyRotation Rotation, string Secret)> ComposeAsync(
        ApiKey old, string? name, TimeSpan? overlap, AuditActor actor, CancellationToken cancellationToken)
    {
        var secret = ApiKeyFormat.Generate(options.Value.Environment);
        var fresh = composer.Compose(secret, name ?? SuccessorName.Of(old.Name), old.Scopes, null);
        var successor = old with
        {
            Id = fresh.Id,
            Name = fresh.Name,
            LookupId = fresh.LookupId,
            Salt = fresh.Salt,
            Hash = fresh.Hash,
            LastFour = fresh.LastFour,
            CreatedAt = fresh.CreatedAt,
            ExpiresAt = EndOfSuccessor(old, fresh.CreatedAt),
            RotatedFrom = old.Id,
        };

        var end = fresh.CreatedAt + (overlap ?? options.Value.RotationOverlap);
        var ended = old with { ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end };
        var about = await KeyRules.ReadAsync(rules, old, cancellationToken).ConfigureAwait(false);
        ImmutableArray<ApiKeyRuleCopy> copies = [.. about.Select(rule => new ApiKeyRuleCopy(rule.Id, rule.Version, Copy(rule, successor)))];

        // The place of a key that counts is taken twice for as long as both are there; one that has ended leaves none.
        var limit = await quota.FindLimitAsync(old.Tenant, cancellationToken).ConfigureAwait(false);
        var rotation = new ApiKeyRotation
        {
            Old = ended,
            Successor = successor,
            Rules = copies,
            Now = fresh.CreatedAt,
            MaxKeys = ApiKeyQuota.Counts(ended, fresh.CreatedAt) ? limit + 1 : limit,
            Audit =
            [
                audit.Changed(actor, ApiKeyAudit.Create, null, successor),
                audit.Rotated(actor, old, ended, successor.Id),
                .. copies.Select(copy => ruleAudit.Changed(actor, AccessRuleAudit.Create, null, copy.Rule)),
            ],
        };
        return (rotation, secret);
    }

    private static AccessRule Copy(AccessRule rule, ApiKey successor) => rule with
    {
        Id = Guid.CreateVersion7(successor.CreatedAt),
        Subject = AccessSubject.ForApiKey(successor.Id),
        CreatedAt = successor.CreatedAt,
        UpdatedAt = successor.CreatedAt,
        LastAccess = null,
        AccessCount = 0,
        Version = 1,
    };

    /// <summary>The same length of life, as far as the calendar goes.</summary>
    private static DateTimeOffset? EndOfSuccessor(ApiKey old, DateTimeOffset created)
    {
        var life = old.ExpiresAt - old.CreatedAt;
        return life > DateTimeOffset.MaxValue - created ? DateTimeOffset.MaxValue : created + life;
    }

    private ApiKeyWriteResult Finish(ApiKeyRotation rotation, ApiKey successor, string secret, long removals)
    {
        // In force here before anybody has the new key; the other replicas read them with it, and so does this one if rules went meanwhile.
        rulesInForce?.TrySave([.. rotation.Rules.Select(static copy => copy.Rule)], removals);
        cache.Remove(rotation.Old.Id);
        unknown.Clear();
        logger.Created(successor.Id, successor.Tenant, successor.Scopes);
        logger.Rotated(rotation.Old.Id, successor.Id, rotation.Old.ExpiresAt!.Value);
        return ApiKeyWriteResult.Success(new StoredApiKey(successor, ApiKeyUsage.None, ApiKeyLockout.None), secret);
    }

    private static ApiKeyWriteResult ToResult(ApiKeyRotationResult rotated) => rotated.Outcome switch
    {
        ApiKeyRotationOutcome.NotFound => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.NotFound),
        ApiKeyRotationOutcome.Conflict => ApiKeyWriteResult.Conflict(rotated.ConflictField),
        ApiKeyRotationOutcome.HasSuccessor => ApiKeyWriteResult.HasSuccessor(rotated.ExistingSuccessor!.Value),
        ApiKeyRotationOutcome.LimitReached => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.LimitReached),
        _ => ApiKeyWriteResult.Refused(ApiKeyWriteOutcome.Stale),
    };
}
