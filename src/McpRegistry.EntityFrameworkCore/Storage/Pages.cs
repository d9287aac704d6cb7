using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Cuts one page out of rows that are listed by id.</summary>
internal static class Pages
{
    public static async Task<IReadOnlyList<TRecord>> ToPageAsync<TEntity, TRecord>(
        this IQueryable<TEntity> rows, Guid? afterId, int limit, Func<TEntity, TRecord> map, CancellationToken cancellationToken)
        where TEntity : class, IHasId
    {
        if (afterId is { } after)
        {
            rows = rows.Where(x => x.Id > after);
        }

        var page = await rows.AsNoTracking().OrderBy(x => x.Id).Take(limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. page.Select(map)];
    }
}
