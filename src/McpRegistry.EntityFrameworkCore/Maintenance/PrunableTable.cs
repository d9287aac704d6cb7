using System.Linq.Expressions;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <typeparam name="T">The row.</typeparam>
internal sealed class PrunableTable<T>(
    string name, string dateColumn, Func<DateTimeOffset, Expression<Func<T, bool>>> older, params PrunableColumn<T>[] columns)
    : IPrunableTable
    where T : class, IHasId
{
    public RetentionTable Description { get; } = new()
    {
        Name = name,
        DateColumns = [dateColumn],
        ConditionColumns = [.. columns.Select(column => column.Description)],
    };

    public Task<long> CountAsync(RegistryDbContext context, RetentionSelection selection, CancellationToken cancellationToken) =>
        Select(context, selection).LongCountAsync(cancellationToken);

    // Ids grow with time, so the first rows of the key are the old ones, and the scan ends with the batch.
    public Task<int> DeleteAsync(
        RegistryDbContext context, RetentionSelection selection, int limit, CancellationToken cancellationToken) =>
        Select(context, selection).OrderBy(x => x.Id).Take(limit).ExecuteDeleteAsync(cancellationToken);

    private IQueryable<T> Select(RegistryDbContext context, RetentionSelection selection)
    {
        if (!string.Equals(selection.DateColumn, dateColumn, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{name} is pruned by {dateColumn} only.", nameof(selection));
        }

        var rows = context.Set<T>().Where(older(StoredTime.Normalize(selection.Before)));
        foreach (var condition in selection.Conditions)
        {
            var column = Array.Find(columns, column => string.Equals(column.Description.Name, condition.Column, StringComparison.Ordinal))
                ?? throw new ArgumentException($"{name} is not pruned by {condition.Column}.", nameof(selection));
            rows = rows.Where(column.Equal(condition.Value));
        }

        return rows;
    }
}
