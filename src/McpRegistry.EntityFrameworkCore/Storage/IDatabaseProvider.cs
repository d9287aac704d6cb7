using System.Data;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Maintenance;
using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What differs between two databases.</summary>
internal interface IDatabaseProvider
{
    /// <summary>Gets the reader of error codes.</summary>
    IDatabaseErrorClassifier Errors { get; }

    /// <summary>Gets the writer of many rows at once.</summary>
    IBulkWriter Bulk { get; }

    /// <summary>Gets what makes materialised views.</summary>
    IViewDialect Views { get; }

    /// <summary>Gets what keeps the files of the database in shape.</summary>
    IUpkeepDialect Upkeep { get; }

    /// <summary>Gets the isolation by which several queries see one state, and which takes no write lock.</summary>
    IsolationLevel ReadIsolation { get; }

    /// <summary>Gets how often the change feed looks without a signal, unless the host says otherwise.</summary>
    TimeSpan ChangePollInterval { get; }

    /// <summary>Gets the statement by which a write tells other processes that the revision rose; empty when there is no way.</summary>
    string AnnounceSql { get; }

    /// <summary>Gets how a search is written for this database.</summary>
    ISearchDialect Search { get; }

    /// <summary>
    /// Gets what ends a SELECT whose rows must not be deleted before the transaction ends; empty where a writing transaction
    /// keeps all others out anyway.
    /// </summary>
    string KeepRowsSql { get; }

    /// <summary>
    /// Gets what ends a SELECT whose rows nobody else may change or name before the transaction ends; empty where a writing transaction keeps all
    /// others out anyway.
    /// </summary>
    string HoldRowsSql { get; }

    /// <summary>Gets what tells which tables, indexes and other objects are there.</summary>
    ISchemaCatalogue Schema { get; }

    /// <summary>Points a context at the database.</summary>
    void Configure(DbContextOptionsBuilder<RegistryDbContext> options);

    /// <summary>Gives a context that was just opened the connections that are meant for its use.</summary>
    void Attach(RegistryDbContext context, ConnectionUse use);

    /// <summary>Sums up the use of the connection pools; empty where their size is not limited.</summary>
    IReadOnlyList<StoragePoolHealth> ReportPools();

    /// <summary>Waits until this process may write; disposing the result lets the next writer in.</summary>
    ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>Waits until this process may migrate, and clears what a process that died while migrating left behind.</summary>
    ValueTask<IDisposable?> EnterMigrationAsync(RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="wake"/> whenever another process may have written, and whenever that could not be known for a
    /// while. Lost connections are its own matter; it ends when it is cancelled, or at once when there is nothing to listen to.
    /// </summary>
    Task ListenAsync(Action wake, ReconnectDelay delay, TimeProvider time, CancellationToken cancellationToken);
}
