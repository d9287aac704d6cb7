using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>Reads rows of the trail. One that somebody has written nonsense into must not keep the others of its page from being read.</summary>
internal static class AuditRows
{
    /// <summary>Reads a page.</summary>
    /// <param name="context">The database.</param>
    /// <param name="page">The rows, in their order.</param>
    /// <param name="read">Makes what is asked for of a row.</param>
    /// <param name="unreadable">Makes it of as little of a row as there is to tell that it cannot be read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(
        RegistryDbContext context,
        IQueryable<AuditEventEntity> page,
        Func<AuditEventEntity, T> read,
        Expression<Func<AuditEventEntity, T>> unreadable,
        CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await page.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false)).Select(read)];
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return await ReadOneByOneAsync(context, page, read, unreadable, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the converters of enums, texts and documents throw, and the records themselves.</summary>
    public static bool IsUnreadable(Exception exception) => exception
        is KeyNotFoundException or FormatException or System.Text.Json.JsonException or ArgumentException or InvalidOperationException
        or InvalidCastException or OverflowException;

    private static async Task<IReadOnlyList<T>> ReadOneByOneAsync<T>(
        RegistryDbContext context,
        IQueryable<AuditEventEntity> page,
        Func<AuditEventEntity, T> read,
        Expression<Func<AuditEventEntity, T>> unreadable,
        CancellationToken cancellationToken)
    {
        var ids = await page.Select(x => x.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<T>(ids.Count);
        foreach (var id in ids)
        {
            var one = context.AuditEvents.AsNoTracking().Where(x => x.Id == id);
            try
            {
                if (await one.SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row)
                {
                    found.Add(read(row));
                }
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                found.AddRange(await one.Select(unreadable).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }
}
