using McpRegistry.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Applies the provider's migrations, and waits for a database that starts later than the host.</summary>
internal sealed partial class StorageMigrator(
    RegistryDatabase database,
    IOptions<DatabaseStorageOptions> options,
    TimeProvider time,
    ILogger<StorageMigrator> logger) : IStorageInitializer
{
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.MigrateAtStart)
        {
            LogSkipped();
            return;
        }

        var delay = options.Value.FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await MigrateAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (attempt < options.Value.ConnectAttempts && database.Provider.Errors.IsTransient(exception))
            {
                LogUnavailable(exception, attempt, options.Value.ConnectAttempts, delay);
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < options.Value.LongestDelay ? delay * 2 : options.Value.LongestDelay;
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var context = await database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var scope = context.ConfigureAwait(false);

        // Asked first, so that a normal start takes no lock.
        var pending = await context.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var migration in pending)
        {
            LogMigrating(migration);
        }

        if (pending.Any())
        {
            using var turn = await database.Provider.EnterMigrationAsync(context, time, cancellationToken).ConfigureAwait(false);
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(9000, LogLevel.Information, "Applying the migration {Migration}")]
    private partial void LogMigrating(string migration);

    [LoggerMessage(9001, LogLevel.Warning, "The database is not ready (try {Attempt} of {Attempts}); the next try is in {Delay}")]
    private partial void LogUnavailable(Exception exception, int attempt, int attempts, TimeSpan delay);

    [LoggerMessage(9002, LogLevel.Information, "Migrations are switched off; the schema is used as it is")]
    private partial void LogSkipped();
}
