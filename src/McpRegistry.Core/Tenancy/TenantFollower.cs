using McpRegistry.Storage;

namespace McpRegistry.Tenancy;

/// <summary>Keeps the directory in step with what any replica writes.</summary>
internal sealed class TenantFollower(ITenantStore store, TenantDirectory directory) : IChangeHandler
{
    private const int PageSize = 1_000;

    public ChangePrecedence Precedence => ChangePrecedence.Callers;

    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken) =>
        change.Kind == RegistryChangeKind.Tenant
            ? directory.FollowAsync(new TenantId(change.Id), store.FindAsync, cancellationToken)
            : ValueTask.CompletedTask;

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TenantId> missing;
        directory.BeginReplacing();
        try
        {
            missing = directory.Replace(await ReadAllAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            directory.EndReplacing();
        }

        // Not each is gone: one may have been added here meanwhile, or its slug changed to one of a page that had been read.
        foreach (var tenant in missing)
        {
            await directory.FollowAsync(tenant, store.FindAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<List<Tenant>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var rows = new List<Tenant>();
        IReadOnlyList<Tenant> page;
        do
        {
            page = await store.ListAsync(rows.Count == 0 ? null : rows[^1].Slug, PageSize, cancellationToken).ConfigureAwait(false);
            rows.AddRange(page);
        }
        while (page.Count == PageSize);
        return rows;
    }
}
