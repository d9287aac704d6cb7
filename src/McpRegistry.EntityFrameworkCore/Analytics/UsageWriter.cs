using System.Data.Common;
using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <summary>Runs the statements of <see cref="UsageSql"/> inside the open transaction: in one round trip where the driver has batches.</summary>
internal sealed class UsageWriter(RegistryDbContext context)
{
    public async Task AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        // In one order, so that two replicas which count the same rows wait for each other and never crosswise.
        var ordered = deltas.OrderBy(delta => delta.Subject).ThenBy(delta => delta.Id).ThenBy(delta => delta.ItemKey, StringComparer.Ordinal);
        var connection = context.Database.GetDbConnection();
        var transaction = context.Database.CurrentTransaction!.GetDbTransaction();
        if (connection.CanCreateBatch)
        {
            await RunBatchAsync(connection, transaction, ordered, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var delta in ordered)
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = transaction;
#pragma warning disable CA2100 // One of six constants.
                command.CommandText = UsageSql.For(delta.Subject);
#pragma warning restore CA2100
                AddParameters(command.Parameters, command.CreateParameter, delta);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RunBatchAsync(
        DbConnection connection, DbTransaction transaction, IEnumerable<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        var batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Transaction = transaction;
            foreach (var delta in deltas)
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = UsageSql.For(delta.Subject);
                AddParameters(command.Parameters, command.CreateParameter, delta);
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void AddParameters(DbParameterCollection parameters, Func<DbParameter> create, UsageDelta delta)
    {
        Add("tenant", delta.Tenant.Value);
        Add("id", delta.Id);
        Add("calls", delta.Calls);
        Add("errors", delta.Errors);
        Add("used", Time(delta.LastUsed));
        switch (delta.Subject)
        {
            case UsageSubject.Server:
                Add("ms", delta.TotalMs);
                Add("connections", delta.ConnectionChange);
                break;
            case UsageSubject.ApiKey:
                Add("success", Time(delta.LastSuccess));
                Add("error", Time(delta.LastError));
                break;
            default:
                Add("ms", delta.TotalMs);
                Add("hash", TextHash.Of(delta.ItemKey ?? ""));
                break;
        }

        void Add(string name, object? value)
        {
            var parameter = create();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }

    /// <summary>Raw SQL knows no columns, so the provider's form of a time is applied here.</summary>
    private object? Time(DateTimeOffset? value) => value is not { } time
        ? null
        : context.Model.FindEntityType(typeof(ServerEntity))!.FindProperty(nameof(ServerEntity.LastUsedAt))!
            .GetTypeMapping().Converter?.ConvertToProvider(StoredTime.Normalize(time)) ?? StoredTime.Normalize(time);
}
