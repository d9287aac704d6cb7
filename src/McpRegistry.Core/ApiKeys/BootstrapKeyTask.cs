using McpRegistry.Auditing;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Sees to it that somebody can use the installation: by the configured admin key, or by one that is made and shown once.</summary>
internal sealed class BootstrapKeyTask(
    IApiKeyStore store,
    ApiKeyHasher hasher,
    ApiKeyComposer composer,
    IAdminKeyAnnouncer announcer,
    ApiKeyAudit audit,
    TimeProvider time,
    IOptions<BootstrapOptions> bootstrap,
    IOptions<ApiKeyOptions> options,
    ILogger<BootstrapKeyTask> logger) : IStartupTask
{
    public const string KeyName = "bootstrap-admin";

    private const int PageSize = 500;

    // Another replica may do the same at the same time.
    private const int MaxAttempts = 3;

    public int Order => StartupOrder.BootstrapKey;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (bootstrap.Value.AdminKey is { } made && options.Value.Pepper is null && ApiKeyFormat.Read(made) != ApiKeyForm.Issued)
        {
            logger.AdminKeyWithoutPepper();
        }

        string? conflict = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var keys = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var existing = keys.FirstOrDefault(static key => key.Name == KeyName);
            if (IsSettled(keys, existing))
            {
                return;
            }

            if (bootstrap.Value.AdminKey is { } ended && existing is not null && !IsUsable(existing) && MayBeSame(existing, ended))
            {
                // Somebody has ended it, perhaps since it got out. A start must not undo that.
                logger.AdminKeyEnded(KeyName, existing.Id);
                return;
            }

            var secret = bootstrap.Value.AdminKey ?? ApiKeyFormat.Generate(options.Value.Environment);
            var key = composer.Compose(secret, KeyName, ApiKeyScope.Admin, existing);
            var result = existing is null
                ? await store.AddAsync(TenantId.Global, key, audit.Changed(AuditActor.System, ApiKeyAudit.Create, null, key), cancellationToken).ConfigureAwait(false)
                : await store.UpdateAsync(TenantId.Global, key, audit.Changed(AuditActor.System, ApiKeyAudit.Update, existing, key), cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                await ReportAsync(secret, result.Value, cancellationToken).ConfigureAwait(false);
                return;
            }

            conflict = result.Outcome == StoreOutcome.Conflict ? result.ConflictField : null;
        }

        throw new InvalidOperationException(conflict is null
            ? $"The admin key '{KeyName}' could not be stored because it kept changing; start the host again."
            : $"The admin key '{KeyName}' could not be stored: another key has the same {conflict}. Is {BootstrapOptions.SectionName}:AdminKey registered under another name?");
    }

    private async Task<List<ApiKey>> ReadAsync(CancellationToken cancellationToken)
    {
        var keys = new List<ApiKey>();
        IReadOnlyList<StoredApiKey> page;
        do
        {
            var after = keys.Count == 0 ? null : keys[^1].Name;
            page = await store.ListAsync(TenantId.Global, after, PageSize, cancellationToken).ConfigureAwait(false);
            keys.AddRange(page.Select(static stored => stored.Key));
        }
        while (page.Count == PageSize);

        return keys;
    }

    private bool IsSettled(List<ApiKey> keys, ApiKey? existing) =>
        bootstrap.Value.AdminKey is { } configured
            ? existing is not null && IsUsable(existing) && IsSame(existing, configured)
            : keys.Any(IsUsable);

    private bool IsUsable(ApiKey key) =>
        key.Scopes.Allows(ApiKeyScope.Admin) && key is { Enabled: true, RevokedAt: null } && (key.ExpiresAt is null || key.ExpiresAt > time.GetUtcNow());

    // Hash and look-up id hang on the pepper, which may have been set since; the last characters do not.
    private static bool MayBeSame(ApiKey stored, string configured) => configured.EndsWith(stored.LastFour, StringComparison.Ordinal);

    private bool IsSame(ApiKey stored, string configured) =>
        stored.LookupId == hasher.GetLookupId(configured, ApiKeyFormat.Read(configured))
        && hasher.Verify(configured, stored.Salt.Span, stored.Hash.Span);

    private async Task ReportAsync(string secret, ApiKey key, CancellationToken cancellationToken)
    {
        if (bootstrap.Value.AdminKey is not null)
        {
            logger.AdminKeyStored(KeyName, key.Id);
            return;
        }

        logger.AdminKeyCreated(KeyName, key.Id);
        await announcer.AnnounceAsync(secret, cancellationToken).ConfigureAwait(false);
    }
}
