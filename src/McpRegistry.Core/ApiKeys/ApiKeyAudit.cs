using System.Text.Json.Nodes;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;

namespace McpRegistry.ApiKeys;

/// <summary>Makes the audit events of keys. What a key is checked by (look-up id, salt, hash) stays out of them, as does its text.</summary>
internal sealed class ApiKeyAudit(ChangeAudit changes)
{
    public const string Create = "key.create";
    public const string Update = "key.update";
    public const string Rotate = "key.rotate";
    public const string Revoke = "key.revoke";
    public const string Unlock = "key.unlock";
    public const string Delete = "key.delete";

    /// <summary>Makes the event of a change; a missing side says that the key comes or goes.</summary>
    public AuditEvent Changed(AuditActor actor, string action, ApiKey? before, ApiKey? after)
    {
        var key = (after ?? before)!;
        return changes.Create(key.Tenant, actor, action, "key", key.Id.ToString(), key.Name) with
        {
            Details = ChangeAudit.Describe(actor, Members(before), Members(after)),
        };
    }

    /// <summary>Makes the event of the old key of a rotation, which names the new one.</summary>
    public AuditEvent Rotated(AuditActor actor, ApiKey before, ApiKey after, Guid successor)
    {
        var (was, will) = (Members(before)!, Members(after)!);
        will["successor"] = successor;
        return Changed(actor, Rotate, before, after) with { Details = ChangeAudit.Describe(actor, was, will) };
    }

    /// <summary>Makes the event of a key that somebody lets in again.</summary>
    public AuditEvent Unlocked(AuditActor actor, StoredApiKey key) =>
        changes.Create(key.Key.Tenant, actor, Unlock, "key", key.Key.Id.ToString(), key.Key.Name) with
        {
            Details = ChangeAudit.Describe(actor, Members(key.Lockout), Members(ApiKeyLockout.None)),
        };

    /// <summary>Makes the event of a key that too many wrong secrets have locked.</summary>
    /// <param name="tenant">The owner.</param>
    /// <param name="id">The key.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seen">What was known before.</param>
    /// <param name="until">When the lock ends.</param>
    public AuditEvent Locked(TenantId tenant, Guid id, string name, ApiKeyLockout seen, DateTimeOffset until) =>
        changes.Create(tenant, AuditActor.System, "key.lock", "key", id.ToString(), name) with
        {
            Source = AuditSource.Security,
            Details = ChangeAudit.Describe(AuditActor.System, Members(seen), Members(new ApiKeyLockout { LockedUntil = until, Lockouts = seen.Lockouts + 1 })),
        };

    /// <summary>Writes that a change was refused, and gives back its result.</summary>
    /// <param name="tenant">Whose key.</param>
    /// <param name="actor">Who wanted the change.</param>
    /// <param name="action">Which.</param>
    /// <param name="id">The key; null for a new one.</param>
    /// <param name="name">Its name; null when it is not known.</param>
    /// <param name="result">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait for the commit.</param>
    public async ValueTask<ApiKeyWriteResult> RefusedAsync(
        TenantId tenant, AuditActor actor, string action, Guid? id, string? name, ApiKeyWriteResult result, CancellationToken cancellationToken)
    {
        await changes
            .RefusedAsync(changes.Create(tenant, actor, action, "key", id?.ToString(), name), Reason(result), cancellationToken)
            .ConfigureAwait(false);
        return result;
    }

    private static string Reason(ApiKeyWriteResult result) => result.Outcome switch
    {
        ApiKeyWriteOutcome.Invalid => $"invalid: {string.Join(", ", result.Faults.Select(static fault => $"{fault.Path} {fault.Code}"))}",
        ApiKeyWriteOutcome.Conflict => $"conflict: {result.ConflictField}",
        ApiKeyWriteOutcome.NotFound => "not found",
        ApiKeyWriteOutcome.Revoked => "revoked",
        ApiKeyWriteOutcome.LimitReached => "limit reached",
        ApiKeyWriteOutcome.InUse => $"in use: {result.Uses} access rules",
        ApiKeyWriteOutcome.HasSuccessor => $"rotated already: {result.Successor}",
        _ => "stale",
    };

    private static JsonObject? Members(ApiKey? key) => key is null ? null : new JsonObject
    {
        ["name"] = key.Name,
        ["description"] = key.Description,
        ["lastFour"] = key.LastFour,
        ["scopes"] = key.Scopes.ToString(),
        ["enabled"] = key.Enabled,
        ["expiresAt"] = key.ExpiresAt,
        ["revokedAt"] = key.RevokedAt,
        ["revokedReason"] = key.RevokedReason,
        ["owner"] = key.Owner,
        ["allowedServers"] = ChangeAudit.List(key.AllowedServers),
        ["allowedMethods"] = ChangeAudit.List(key.AllowedMethods),
        ["allowedAddresses"] = ChangeAudit.List(key.AllowedAddresses),
        ["limitPerHour"] = key.LimitPerHour,
        ["limitPerDay"] = key.LimitPerDay,
        ["rotatedFrom"] = key.RotatedFrom,
    };

    private static JsonObject Members(ApiKeyLockout lockout) => new()
    {
        ["failedAttempts"] = lockout.FailedAttempts,
        ["lockouts"] = lockout.Lockouts,
        ["lockedUntil"] = lockout.LockedUntil,
    };
}
