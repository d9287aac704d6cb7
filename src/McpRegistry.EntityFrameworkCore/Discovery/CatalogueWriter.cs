using McpRegistry.Discovery;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>Makes the rows of one kind equal to what was discovered; rows that did not change are not written.</summary>
/// <typeparam name="T">The row of the kind.</typeparam>
internal sealed class CatalogueWriter<T>(TenantId tenant, Guid serverId, Func<CatalogueItem, T> create)
    where T : CatalogueEntity
{
    public async Task<CatalogueChange> ApplyAsync(
        RegistryDbContext context, IEnumerable<CatalogueItem> items, CancellationToken cancellationToken)
    {
        var left = await context.Set<T>()
            .Where(x => x.TenantId == tenant.Value && x.ServerId == serverId)
            .ToDictionaryAsync(x => x.Key, StringComparer.Ordinal, cancellationToken)
            .ConfigureAwait(false);
        int added = 0, changed = 0;
        foreach (var item in items)
        {
            if (!left.Remove(item.Key, out var entity))
            {
                context.Add(create(item));
                added++;
            }
            else if (CatalogueMapper.Apply(entity, item))
            {
                changed++;
            }
        }

        context.RemoveRange(left.Values);
        return new CatalogueChange(added, changed, left.Count);
    }
}

internal static class CatalogueWriter
{
    /// <exception cref="ArgumentException">Two items have the same kind and key.</exception>
    public static void EnsureUnique(DiscoveryReport report)
    {
        var keys = new HashSet<(CatalogueItemKind, string)>();
        if (report.HasItems && report.Items.Any(item => !keys.Add((item.Kind, item.Key))))
        {
            throw new ArgumentException("The report lists an item of one kind and key twice.", nameof(report));
        }
    }
}
