using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>Reads rows of the trail. One that somebody has written nonsense into must not keep the others of its page from being read.</summary>
internal static class AuditRows
{
    /// <summary>How often a row is read before it counts as unreadable: a connection that is closed meanwhile fails in the same words, but not twice.</summary>
    private const int Readings = 2;

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

    /// <summary>
    /// What the converters of enums, texts and documents throw, and the records themselves. A database that was away for a moment says
    /// nothing about the row, which must not look forged for it.
    /// </summary>
    public static bool IsUnreadable(Exception exception) => exception
        is KeyNotFoundException or FormatException or System.Text.Json.JsonException or ArgumentException or InvalidOperationException
        or InvalidCastException or OverflowException
        && !IsOfTheDatabase(exception);

    /// <summary>Drivers and strategies of retries wrap what went wrong in an exception that looks like one of a converter.</summary>
    private static bool IsOfTheDatabase(Exception? exception) => exception is not null
        && (exception is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or ObjectDisposedException
            || IsOfTheDatabase(exception.InnerException));

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
            found.AddRange(await ReadOneAsync(one, read, cancellationToken).ConfigureAwait(false)
                ?? await one.Select(unreadable).ToListAsync(cancellationToken).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>Reads a row, which may be gone by now; null when it cannot be read.</summary>
    private static async Task<List<T>?> ReadOneAsync<T>(IQueryable<AuditEventEntity> one, Func<AuditEventEntity, T> read, CancellationToken cancellationToken)
    {
        for (var reading = 1; reading <= Readings; reading++)
        {
            try
            {
                return [.. (await one.ToListAsync(cancellationToken).ConfigureAwait(false)).Select(read)];
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                // Read once more, or given up.
            }
        }

        return null;
    }
}
