using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Appends a batch to a table that only grows: all rows or none, and none twice. Such rows are too many to be told to other
/// replicas, so no revision rises.
/// </summary>
internal sealed class RowAppender(RegistryDatabase database)
{
    private const int MaxAttempts = 5;

    /// <summary>Appends rows.</summary>
    /// <param name="rows">The rows, with ids.</param>
    /// <param name="prepare">Leaves out or changes rows by the servers that exist; null takes all as they are.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <exception cref="ArgumentException">The database can never keep one of the rows.</exception>
    public async ValueTask AppendAsync<T>(
        IReadOnlyList<T> rows,
        Func<RegistryDbContext, CancellationToken, Task<IReadOnlyList<T>>>? prepare,
        CancellationToken cancellationToken)
        where T : class, IHasId
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mayRepeat = false;
        for (var attempt = 1; rows.Count > 0; attempt++)
        {
            try
            {
                await database.WriteQuietlyAsync(WriteAsync, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (attempt < MaxAttempts && database.Provider.Errors.FindUniqueViolation(exception) is not null)
            {
                // The same batch comes again when nobody knows whether its first commit took place. That is rare, so only
                // then is it worth asking for the ids.
                mayRepeat = true;
            }
            catch (Exception exception) when (database.Provider.Errors.IsDataFault(exception))
            {
                throw new ArgumentException("The database can never keep one of the rows.", nameof(rows), exception);
            }
        }

        async Task WriteAsync(RegistryDbContext context, CancellationToken token)
        {
            var kept = prepare is null ? rows : await prepare(context, token).ConfigureAwait(false);
            kept = mayRepeat ? await WithoutStoredAsync(context, kept, token).ConfigureAwait(false) : kept;
            await database.Provider.Bulk.InsertAsync(context, kept, token).ConfigureAwait(false);
        }
    }

    /// <summary>Finds which of the servers exist, and has them exist until the end of the transaction.</summary>
    public async Task<HashSet<(TenantId Tenant, Guid Id)>> HoldServersAsync(
        RegistryDbContext context, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToArray();
        if (wanted.Length == 0)
        {
            return [];
        }

        var found = await database.Provider.Bulk.HoldServers(context, wanted)
            .AsNoTracking()
            .Select(server => new { server.TenantId, server.Id })
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. found.Select(server => (new TenantId(server.TenantId), server.Id))];
    }

    /// <summary>Leaves out children of servers that their tenant does not have.</summary>
    public async Task<IReadOnlyList<T>> WithServersAsync<T>(RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class, IServerChild
    {
        var known = await HoldServersAsync(context, rows.Select(row => row.ServerId), cancellationToken).ConfigureAwait(false);
        return [.. rows.Where(row => known.Contains((new TenantId(row.TenantId), row.ServerId)))];
    }

    private static async Task<IReadOnlyList<T>> WithoutStoredAsync<T>(
        RegistryDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class, IHasId
    {
        var ids = rows.Select(row => row.Id).ToArray();
        var stored = await context.Set<T>()
            .Where(row => ids.Contains(row.Id))
            .Select(row => row.Id)
            .ToHashSetAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Where(row => stored.Add(row.Id))];
    }
}
