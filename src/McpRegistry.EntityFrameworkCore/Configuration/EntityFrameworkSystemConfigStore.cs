using McpRegistry.Auditing;
using McpRegistry.Configuration;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Configuration;

internal sealed class EntityFrameworkSystemConfigStore(RegistryDatabase database) : ISystemConfigStore
{
    public ValueTask<SystemConfigResult> AddAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken)
    {
        if (entry.Tenant != tenant)
        {
            throw new ArgumentException("The entry belongs to another tenant than the one it is added for.", nameof(entry));
        }

        var added = SystemConfigMapper.ToEntity(tenant, entry with { Value = entry.Value ?? "" });
        added.Version = 1;
        return WriteAsync(Row(tenant, added.Id) with { Audit = audit }, (context, token) => SystemConfigWriter.AddAsync(context, added, token), cancellationToken);
    }

    public async ValueTask<SystemConfigResult> UpdateAsync(TenantId tenant, SystemConfigEntry entry, AuditEvent? audit, CancellationToken cancellationToken)
    {
        var wanted = SystemConfigMapper.ToEntity(tenant, entry);

        if (await FindIdAsync(tenant, entry.Key, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            return new SystemConfigResult(SystemConfigOutcome.NotFound);
        }

        // Looked up again by this id, so that the change names the row that is written, whatever comes in between.
        wanted.Id = id;
        return await WriteAsync(
            Row(tenant, id) with { Audit = audit }, (context, token) => SystemConfigWriter.UpdateAsync(context, wanted, entry.Value is null, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteAsync(TenantId tenant, string key, AuditEvent? audit, CancellationToken cancellationToken) =>
        await FindIdAsync(tenant, key, cancellationToken).ConfigureAwait(false) is { } id
        && await database
            .DeleteAsync(Row(tenant, id) with { Audit = audit }, context => context.SystemConfigs.Where(x => x.TenantId == tenant.Value && x.Id == id), cancellationToken)
            .ConfigureAwait(false);

    public ValueTask<SystemConfigEntry?> FindAsync(TenantId tenant, string key, CancellationToken cancellationToken) =>
        ResolveAsync(tenant, key, reveal: false, cancellationToken);

    public ValueTask<SystemConfigEntry?> RevealAsync(TenantId tenant, string key, CancellationToken cancellationToken) =>
        ResolveAsync(tenant, key, reveal: true, cancellationToken);

    public ValueTask<IReadOnlyList<SystemConfigEntry>> ListAsync(
        TenantId tenant, string? category, string? afterKey, int limit, CancellationToken cancellationToken)
    {
        PageSize.Check(limit);
        return database.ListAsync(
            context =>
            {
                var rows = SystemConfigReader.Applying(context.SystemConfigs, tenant);
                rows = category is null ? rows : rows.Where(x => x.Entry.Category == category);
                rows = afterKey is null ? rows : rows.Where(x => string.Compare(x.Entry.Key, afterKey) > 0);
                return rows.OrderBy(x => x.Entry.Key).Take(limit);
            },
            static row => SystemConfigMapper.ToRecord(row.Entry, row.OverridesSensitive, reveal: false),
            cancellationToken);
    }

    private static RowWrite Row(TenantId tenant, Guid id) => new(tenant, RegistryChangeKind.SystemConfig, id);

    private ValueTask<SystemConfigEntry?> ResolveAsync(TenantId tenant, string key, bool reveal, CancellationToken cancellationToken) =>
        database.FindAsync(
            context => SystemConfigReader.Applying(context.SystemConfigs, tenant).Where(x => x.Entry.Key == key),
            row => SystemConfigMapper.ToRecord(row.Entry, row.OverridesSensitive, reveal),
            cancellationToken);

    private ValueTask<Guid?> FindIdAsync(TenantId tenant, string key, CancellationToken cancellationToken) => database.ReadAsync(
        (context, token) => context.SystemConfigs
            .Where(x => x.Key == key && x.TenantId == tenant.Value)
            .Select(x => (Guid?)x.Id)
            .SingleOrDefaultAsync(token),
        cancellationToken);

    /// <summary>Carries a refusal out of the transaction, which only commits a success.</summary>
    private async ValueTask<SystemConfigResult> WriteAsync(
        RowWrite row,
        Func<RegistryDbContext, CancellationToken, Task<SystemConfigResult>> write,
        CancellationToken cancellationToken)
    {
        var refused = SystemConfigOutcome.Conflict;
        var result = await database
            .WriteAsync(
                row,
                async (context, token) =>
                {
                    var written = await write(context, token).ConfigureAwait(false);
                    refused = written.Succeeded ? SystemConfigOutcome.Conflict : written.Outcome;
                    return written.Succeeded ? StoreResult<SystemConfigEntry>.Success(written.Entry) : StoreResult<SystemConfigEntry>.NotFound();
                },
                cancellationToken)
            .ConfigureAwait(false);
        return result.Succeeded ? new SystemConfigResult(SystemConfigOutcome.Success, result.Value) : new SystemConfigResult(refused);
    }
}
