using McpRegistry.Storage;

namespace McpRegistry.Tenancy;

/// <summary>Keeps the directory in step with what any replica writes.</summary>
internal sealed class TenantFollower(ITenantStore store, TenantDirectory directory) : IChangeHandler
{
    private const int PageSize = 1_000;

    public ChangePrecedence Precedence => ChangePrecedence.Callers;

    public async ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        if (change.Kind != RegistryChangeKind.Tenant)
        {
            return;
        }

        var tenant = new TenantId(change.Id);
        if (await store.FindAsync(tenant, cancellationToken).ConfigureAwait(false) is { } row)
        {
            directory.Put(row);
        }
        else
        {
            directory.Remove(tenant);
        }
    }

    public async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        var rows = new List<Tenant>();
        IReadOnlyList<Tenant> page;
        do
        {
            page = await store.ListAsync(rows.Count == 0 ? null : rows[^1].Slug, PageSize, cancellationToken).ConfigureAwait(false);
            rows.AddRange(page);
        }
        while (page.Count == PageSize);

        directory.Replace(rows);
    }
}
