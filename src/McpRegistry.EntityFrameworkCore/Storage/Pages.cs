using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Cuts one page out of rows that are listed by id, or by time and id.</summary>
internal static class Pages
{
    public static IQueryable<TEntity> ById<TEntity>(this IQueryable<TEntity> rows, Guid? afterId, int limit)
        where TEntity : class, IHasId
    {
        if (afterId is { } after)
        {
            rows = rows.Where(x => x.Id > after);
        }

        return rows.OrderBy(x => x.Id).Take(limit);
    }

    /// <summary>Cuts one page out of rows, newest first.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="time">The name of the property that tells how new a row is.</param>
    /// <param name="after">Where the page before this one ended; null for the first.</param>
    /// <param name="limit">The most rows of the page.</param>
    public static IQueryable<TEntity> NewestFirst<TEntity>(this IQueryable<TEntity> rows, string time, RowPosition? after, int limit)
        where TEntity : class, IHasId
    {
        if (after is { } last)
        {
            var (lastTime, lastId) = (StoredTime.Normalize(last.Time), last.Id);

            // The first part says nothing new, but an index over the time can begin there.
            rows = rows.Where(x => EF.Property<DateTimeOffset>(x, time) <= lastTime
                && (EF.Property<DateTimeOffset>(x, time) < lastTime || x.Id < lastId));
        }

        return rows.OrderByDescending(x => EF.Property<DateTimeOffset>(x, time)).ThenByDescending(x => x.Id).Take(limit);
    }
}
