using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace McpRegistry.EntityFrameworkCore.Sqlite.Analytics;

internal static class RequestQueries
{
    private const int FirstError = 400;

    public static IQueryable<RequestLogEntity> Of(RegistryDbContext context, RequestWindow window)
    {
        var (after, upTo) = (window.After, window.UpTo);
        return context.RequestLogs.Where(row => row.RequestTime > after && row.RequestTime <= upTo);
    }

    public static IQueryable<RequestLogEntity> Of(RegistryDbContext context, RequestWindow window, TenantId tenant) =>
        Of(context, window).Where(row => row.TenantId == tenant.Value);

    public static async Task<RequestPerformanceSummary> SumUpAsync(IQueryable<RequestLogEntity> rows, CancellationToken cancellationToken)
    {
        var times = rows.Where(row => row.DurationMs != null).Select(row => row.DurationMs!.Value);
        var count = await times.CountAsync(cancellationToken).ConfigureAwait(false);
        return new RequestPerformanceSummary
        {
            TotalRequests = await rows.LongCountAsync(cancellationToken).ConfigureAwait(false),
            SuccessfulRequests = await rows.LongCountAsync(row => row.StatusCode < FirstError, cancellationToken).ConfigureAwait(false),
            ErrorRequests = await rows.LongCountAsync(row => row.StatusCode >= FirstError, cancellationToken).ConfigureAwait(false),
            AverageDurationMs = Rounding.Round(await AverageAsync(rows, cancellationToken).ConfigureAwait(false)),
            P95DurationMs = await PercentileAsync(times, count, 0.95, cancellationToken).ConfigureAwait(false),
            P99DurationMs = await PercentileAsync(times, count, 0.99, cancellationToken).ConfigureAwait(false),
        };
    }

    public static async Task<TenantUsageSummary> SumUpUsageAsync(IQueryable<RequestLogEntity> rows, CancellationToken cancellationToken)
    {
        var total = await rows.LongCountAsync(cancellationToken).ConfigureAwait(false);
        var errors = await rows.LongCountAsync(row => row.StatusCode >= FirstError, cancellationToken).ConfigureAwait(false);
        return new TenantUsageSummary
        {
            TotalRequests = total,
            UniqueUsers = await CountDistinctAsync(rows.Select(row => row.UserId), cancellationToken).ConfigureAwait(false),
            UniqueServers = await CountDistinctAsync(rows.Select(row => row.TargetServerId), cancellationToken).ConfigureAwait(false),
            AverageDurationMs = Rounding.Round(await AverageAsync(rows, cancellationToken).ConfigureAwait(false)),
            ErrorRate = Rounding.Percentage(errors, total) ?? 0,
            TotalDataTransferred = await rows
                .SumAsync(row => (row.RequestSizeBytes ?? 0) + (row.ResponseSizeBytes ?? 0), cancellationToken)
                .ConfigureAwait(false),
        };
    }

    public static Task<double?> AverageAsync(IQueryable<RequestLogEntity> rows, CancellationToken cancellationToken) =>
        rows.AverageAsync(row => row.DurationMs, cancellationToken);

    private static Task<long> CountDistinctAsync(IQueryable<Guid?> ids, CancellationToken cancellationToken) =>
        ids.Where(id => id != null).Distinct().LongCountAsync(cancellationToken);

    /// <summary>Interpolates between the two values beside the place, as PostgreSQL's percentile_cont does.</summary>
    private static async Task<decimal?> PercentileAsync(
        IQueryable<double> times, int count, double fraction, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return null;
        }

        var place = fraction * (count - 1);
        var before = (int)Math.Floor(place);
        var beside = await times.Order().Skip(before).Take(2).ToListAsync(cancellationToken).ConfigureAwait(false);
        return Rounding.Round(beside[0] + ((place - before) * (beside[^1] - beside[0])));
    }
}
