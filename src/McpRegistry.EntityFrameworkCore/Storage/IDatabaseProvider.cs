using System.Data;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What differs between two databases.</summary>
internal interface IDatabaseProvider
{
    /// <summary>Gets the reader of error codes.</summary>
    IDatabaseErrorClassifier Errors { get; }

    /// <summary>Gets the isolation by which several queries see one state, and which takes no write lock.</summary>
    IsolationLevel ReadIsolation { get; }

    /// <summary>Points a context at the database.</summary>
    void Configure(DbContextOptionsBuilder<RegistryDbContext> options);

    /// <summary>Waits until this process may write; disposing the result lets the next writer in.</summary>
    ValueTask<IDisposable?> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>Waits until this process may migrate, and clears what a process that died while migrating left behind.</summary>
    ValueTask<IDisposable?> EnterMigrationAsync(RegistryDbContext context, TimeProvider time, CancellationToken cancellationToken);
}
