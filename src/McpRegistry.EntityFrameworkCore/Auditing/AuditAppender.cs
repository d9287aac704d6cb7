using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Auditing;

/// <summary>Appends a batch to the chains: all events or none, and none twice. No revision rises.</summary>
internal sealed class AuditAppender(RegistryDatabase database, TimeProvider time)
{
    private const int MaxAttempts = 5;

    private readonly AuditChainWriter _chains = new(database.Provider, time);

    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mayRepeat = false;
        for (var attempt = 1; events.Count > 0; attempt++)
        {
            try
            {
                await database.WriteQuietlyAsync(WriteAsync, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (attempt < MaxAttempts && database.Provider.Errors.FindUniqueViolation(exception) is not null)
            {
                // The same batch comes again when nobody knows whether its first commit took place. That is rare, so only
                // then is it worth asking for the ids. The numbers that were given went back with the transaction.
                mayRepeat = true;
            }
            catch (Exception exception) when (database.Provider.Errors.IsDataFault(exception))
            {
                throw new ArgumentException("The database can never keep one of the events.", nameof(events), exception);
            }
        }

        async Task WriteAsync(RegistryDbContext context, CancellationToken token)
        {
            var kept = mayRepeat ? await WithoutStoredAsync(context, events, token).ConfigureAwait(false) : events;
            if (kept.Count > 0)
            {
                await _chains.AppendAsync(context, kept, token).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<AuditEvent>> WithoutStoredAsync(
        RegistryDbContext context, IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var ids = events.Select(row => row.Id).ToArray();
        var stored = await context.AuditEvents
            .Where(row => ids.Contains(row.Id))
            .Select(row => row.Id)
            .ToHashSetAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. events.Where(row => stored.Add(row.Id))];
    }
}
