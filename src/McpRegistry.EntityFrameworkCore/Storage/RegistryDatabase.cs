using McpRegistry.EntityFrameworkCore.Auditing;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Opens contexts and runs writes the one way that all stores share.</summary>
internal sealed class RegistryDatabase
{
    private const int MaxAttempts = 5;

    // One for each use, so that a context keeps the connection of its pool from one use to the next.
    private readonly IDbContextFactory<RegistryDbContext>[] _contexts;
    private readonly ChangeWriter _changes;
    private readonly ChangePruner _pruner;
    private readonly AuditChainWriter _audit;

    public RegistryDatabase(IDatabaseProvider provider, ChangePruner pruner, TimeProvider time, ILoggerFactory? loggers = null)
    {
        Provider = provider;
        _pruner = pruner;
        _changes = new ChangeWriter(provider, time);
        _audit = new AuditChainWriter(provider, time);
        var options = new DbContextOptionsBuilder<RegistryDbContext>()
            .UseLoggerFactory(loggers)

            // The feed asks every few seconds; at EF Core's own level that alone would fill the log of an idle host.
            .ConfigureWarnings(events => events.Log((RelationalEventId.CommandExecuted, LogLevel.Debug)));
        provider.Configure((DbContextOptionsBuilder<RegistryDbContext>)options);
        _contexts =
        [
            .. Enum.GetValues<ConnectionUse>()
                .Select(_ => new PooledDbContextFactory<RegistryDbContext>((DbContextOptions<RegistryDbContext>)options.Options)),
        ];
    }

    public IDatabaseProvider Provider { get; }

    /// <summary>Gets what every commit of this process pulses.</summary>
    public ChangeSignal Signal { get; } = new();

    /// <summary>Opens a context for short reads.</summary>
    public Task<RegistryDbContext> OpenAsync(CancellationToken cancellationToken) =>
        OpenAsync(ConnectionUse.Read, cancellationToken);

    /// <summary>
    /// Opens a context for what <see cref="WriteAsync"/> cannot do: migrations, and bulk inserts of rows that no replica
    /// follows. It raises no revision. Not for use while another context of the same caller holds a connection.
    /// </summary>
    public Task<RegistryDbContext> OpenWriteAsync(CancellationToken cancellationToken) =>
        OpenAsync(ConnectionUse.Write, cancellationToken);

    /// <summary>Opens a context for long queries, which may run for minutes and may see a state that is a little older.</summary>
    public Task<RegistryDbContext> OpenAnalyticsAsync(CancellationToken cancellationToken) =>
        OpenAsync(ConnectionUse.Analytics, cancellationToken);

    /// <summary>Starts a transaction in which several reads see one state.</summary>
    public Task<IDbContextTransaction> BeginReadAsync(RegistryDbContext context, CancellationToken cancellationToken) =>
        context.Database.BeginTransactionAsync(Provider.ReadIsolation, cancellationToken);

    /// <summary>
    /// Runs a write, adds its audit event to the chain, raises the revisions and records the change, all in one transaction.
    /// Anything but a success leaves no trace, and a taken unique value becomes a conflict.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="write">Makes the change.</param>
    /// <param name="cancellationToken">Cancels the write before its commit.</param>
    /// <param name="confirm">
    /// Has the last word when everything is written: by then no other write can commit, and those that have are seen. Null to commit.
    /// </param>
    public async ValueTask<StoreResult<T>> WriteAsync<T>(
        RowWrite row,
        Func<RegistryDbContext, CancellationToken, Task<StoreResult<T>>> write,
        CancellationToken cancellationToken,
        Func<RegistryDbContext, T, CancellationToken, Task<StoreResult<T>>>? confirm = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await TryWriteAsync(row, write, confirm, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < MaxAttempts && Provider.Errors.IsDeadlock(exception))
            {
                // Two renames that want each other's name wait crosswise in the unique index; one was rolled back for it.
            }
        }
    }

    /// <summary>Finds the field whose value is taken; null when that is not why a write failed.</summary>
    public string? FindConflict(RegistryDbContext context, Exception exception) =>
        Provider.Errors.FindUniqueViolation(exception) is { } violation
            ? ConflictFields.Find(context.Model, violation)
            : null;

    private async Task<RegistryDbContext> OpenAsync(ConnectionUse use, CancellationToken cancellationToken)
    {
        var context = await _contexts[(int)use].CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        Provider.Attach(context, use);
        return context;
    }

    private async ValueTask<StoreResult<T>> TryWriteAsync<T>(
        RowWrite row,
        Func<RegistryDbContext, CancellationToken, Task<StoreResult<T>>> write,
        Func<RegistryDbContext, T, CancellationToken, Task<StoreResult<T>>>? confirm,
        CancellationToken cancellationToken)
    {
        using var turn = await Provider.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        var context = await OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            try
            {
                var result = await CommitAsync(context, row, write, confirm, cancellationToken).ConfigureAwait(false);
                if (result.Succeeded)
                {
                    Signal.Pulse();
                    await _pruner.AfterWriteAsync(context, CancellationToken.None).ConfigureAwait(false);
                }

                return result;
            }
            catch (Exception exception) when (FindConflict(context, exception) is not null)
            {
                return StoreResult<T>.Conflict(FindConflict(context, exception)!);
            }
        }
    }

    private async Task<StoreResult<T>> CommitAsync<T>(
        RegistryDbContext context,
        RowWrite row,
        Func<RegistryDbContext, CancellationToken, Task<StoreResult<T>>> write,
        Func<RegistryDbContext, T, CancellationToken, Task<StoreResult<T>>>? confirm,
        CancellationToken cancellationToken)
    {
        var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var result = await write(context, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                if (row.Events is { Count: > 0 } events)
                {
                    await _audit.AppendAsync(context, events, cancellationToken).ConfigureAwait(false);
                }

                await _changes.RecordAsync(context, [.. row.Others ?? [], row], cancellationToken).ConfigureAwait(false);
                if (confirm is not null)
                {
                    result = await confirm(context, result.Value, cancellationToken).ConfigureAwait(false);
                    if (!result.Succeeded)
                    {
                        return result;
                    }
                }

                // A cancelled commit may or may not have happened; by now it is cheaper to finish than to leave that open.
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return result;
        }
    }
}
